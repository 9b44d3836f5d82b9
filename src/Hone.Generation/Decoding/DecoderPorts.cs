using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Generation.Decoding;

/// <summary>Which inputs and outputs of a decoder mean what, found by the names that exporters give.</summary>
internal sealed class DecoderPorts
{
    private DecoderPorts(Value ids, Value? mask, Value? positions, Value logits, IReadOnlyList<(Value Past, Value Present)> cache) =>
        (Ids, Mask, Positions, Logits, Cache) = (ids, mask, positions, logits, cache);

    internal Value Ids { get; }

    /// <summary>[B, past + tokens], or null: then there is no padding in the cache.</summary>
    internal Value? Mask { get; }

    internal Value? Positions { get; }

    internal Value Logits { get; }

    /// <summary>Keys and values: what goes in <c>[B, heads, past, width]</c>, what comes out <c>[B, heads, past + tokens, width]</c>.</summary>
    internal IReadOnlyList<(Value Past, Value Present)> Cache { get; }

    internal int Vocabulary => (int)Logits.Shape![-1].Value;

    /// <exception cref="ModelFormatException">An input or output of a decoder is missing, or one has no known meaning.</exception>
    internal static DecoderPorts Of(Graph graph)
    {
        Value[] past = [.. graph.Inputs.Where(IsPast)];
        Value[] present = [.. graph.Outputs.Where(o => o.Name.StartsWith("present", StringComparison.Ordinal))];
        Value? ids = Input("input_ids"), mask = Input("attention_mask"), positions = Input("position_ids");
        Value[] known = [.. new[] { ids, mask, positions }.OfType<Value>(), .. past];
        if (graph.Inputs.FirstOrDefault(i => !known.Contains(i)) is { } unknown)
            throw new ModelFormatException($"The input '{unknown.Name}' is not one of a decoder: input_ids, attention_mask, position_ids, past*.");
        if (ids is null)
            throw new ModelFormatException("A decoder has an input 'input_ids'.");
        if (past.Length == 0 || past.Length != present.Length)
            throw new ModelFormatException($"A decoder with a cache has an output 'present*' for each input 'past*'; this one has {present.Length} and {past.Length}.");
        if (past.FirstOrDefault(p => p is not { DataType: DataType.Float32, Shape: { Rank: 4 } shape } || !shape[1].IsFixed || !shape[3].IsFixed) is { } wrong)
            throw new ModelFormatException($"The cache '{wrong.Name}' is not float32 [batch, heads, past, width] with known heads and width.");
        Value logits = graph.Outputs.FirstOrDefault(o => o.Name == "logits") ?? throw new ModelFormatException("A decoder has an output 'logits'.");
        if (logits is not { DataType: DataType.Float32, Shape: { Rank: 3 } scores } || !scores[2].IsFixed)
            throw new ModelFormatException("The output 'logits' is not float32 [batch, tokens, vocabulary] with a known vocabulary.");
        return new DecoderPorts(ids, mask, positions, logits, [.. past.Zip(present)]);

        Value? Input(string name) => graph.Inputs.FirstOrDefault(i => i.Name == name && i.DataType == DataType.Int64);
    }

    private static bool IsPast(Value input) => input.Name.StartsWith("past", StringComparison.Ordinal);
}
