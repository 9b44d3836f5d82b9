using Hone.Graphs;

namespace Hone.Runtime.Passes;

/// <summary>What goes into the softmax of an attention, taken apart from the end.</summary>
internal sealed class AttentionScores
{
    /// <summary>A number from here on is the same as its sum with any score.</summary>
    private const float Least = -1e30f;

    /// <summary>What of all factors and divisors is left.</summary>
    internal float Scale { get; private set; } = 1;

    /// <summary>What is added to the scores, or the condition of <see cref="Choice"/>.</summary>
    internal Value? Mask { get; private set; }

    /// <summary>The <c>Where</c> that takes a number in place of some scores, or null where the mask is added.</summary>
    internal Node? Choice { get; private set; }

    internal Value? Query { get; private set; }

    internal Value? TransposedKey { get; private set; }

    /// <summary>Walks up to the product of queries and keys.</summary>
    /// <returns>The product, or null where there is another function in between.</returns>
    internal Node? Match(Value value, int rank)
    {
        Value current = value;
        while (current.Producer is { } node)
        {
            if (node.Is("MatMul"))
            {
                Query = Unscaled(node.Inputs[0]!);
                TransposedKey = Unscaled(node.Inputs[1]!);
                return node;
            }

            if (ScaledInput(node) is { } scaled)
            {
                current = scaled;
                continue;
            }

            // A mask that is added before a factor would have to be scaled too.
            if (Mask is not null || Scale != 1 || Masked(node, rank) is not { } scores)
                return null;
            current = scores;
        }

        return null;
    }

    /// <summary>The value without its constant factors, which go into the scale.</summary>
    private Value Unscaled(Value value) => value.Producer is { } node && ScaledInput(node) is { } input && input.Shape?.Rank == value.Shape?.Rank ? Unscaled(input) : value;

    private Value? ScaledInput(Node node)
    {
        if (node.Is("Div") && Number(node.Inputs[1]) is { } divisor && divisor != 0)
        {
            Scale /= divisor;
            return node.Inputs[0];
        }

        foreach ((Value x, Value factor) in node.Is("Mul") ? Matching.BothOrders(node) : [])
        {
            if (Number(factor) is not { } number)
                continue;
            Scale *= number;
            return x;
        }

        return null;
    }

    private static float? Number(Value? value) => Matching.ScalarOf(value) is var number && float.IsFinite(number) ? number : null;

    /// <summary>The scores of scores + mask, or of a choice between scores and minus infinity; and takes the mask.</summary>
    private Value? Masked(Node node, int rank)
    {
        if (node.Is("Add"))
        {
            foreach ((Value scores, Value mask) in Matching.BothOrders(node))
            {
                if (scores.Shape?.Rank != rank || !LeadsToProduct(scores) || mask.Shape is null || mask.Shape.Rank > rank)
                    continue;
                Mask = mask;
                return scores;
            }
        }

        if (!node.Is("Where") || !(node.Inputs[0]!.Shape?.Rank <= rank))
            return null;
        Value? chosen = Matching.ScalarOf(node.Inputs[2]) <= Least ? node.Inputs[1] : Matching.ScalarOf(node.Inputs[1]) <= Least ? node.Inputs[2] : null;
        (Mask, Choice) = chosen is null ? (Mask, Choice) : (node.Inputs[0], node);
        return chosen;
    }

    /// <summary>Whether only factors stand between the value and a product.</summary>
    private static bool LeadsToProduct(Value value)
    {
        Node? node = value.Producer;
        while (node is not null && !node.Is("MatMul"))
        {
            Value? next = node.Is("Div") && Number(node.Inputs[1]) is not null ? node.Inputs[0]
                : node.Is("Mul") ? Matching.BothOrders(node).Where(p => Number(p.Second) is not null).Select(p => p.First).FirstOrDefault() : null;
            node = next?.Producer;
        }

        return node is not null;
    }
}
