using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Passes;

/// <summary>
/// Moves Transposes behind elementwise operators, Concat and Pad, where they meet others and cancel: f(Transpose(x)) becomes Transpose(f(x)).
/// Bit-exact.
/// </summary>
/// <remarks>
/// A Transpose moves only when two or more become one by it, or when another Transpose follows further down. What is not transposed beside it must be
/// a constant, which is turned the other way. Transposes only ever move towards the outputs, so the rule ends.
/// </remarks>
internal sealed class SinkTransposes : RewriteRule
{
    /// <summary>Operators that treat all axes alike, with broadcasting.</summary>
    private static readonly HashSet<string> s_elementwise =
    [
        "Abs", "Add", "And", "Cast", "Ceil", "Celu", "Clip", "Div", "Dropout", "Elu", "Equal", "Erf", "Exp", "Floor", "Gelu", "Greater", "GreaterOrEqual", "HardSigmoid",
        "HardSwish", "Identity", "LeakyRelu", "Less", "LessOrEqual", "Log", "Max", "Mean", "Min", "Mish", "Mul", "Neg", "Not", "Or", "PRelu", "Pow",
        "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sign", "Sin", "Softplus", "Softsign", "Sqrt", "Sub", "Sum", "Swish", "Tanh", "Where", "Xor",
    ];

    /// <summary>Inputs beyond the first of these are settings, not data.</summary>
    private static readonly HashSet<string> s_oneDataInput = ["Clip", "Dropout", "Pad"];

    public override string Name => "sink transposes";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!CanPass(node) || node.Outputs.Count != 1 || CommonPermutation(node) is not { } permutation)
            return null;
        bool merges = DataInputs(node).Count(i => i.Producer is not null) > 1;
        if (!merges && !MeetsTranspose(graph, node.Output))
            return null;
        GraphPatch patch = new(graph, Name);
        Value?[] inputs = new Value?[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Unturned(patch, node, i, permutation);
            if (inputs[i] is null && node.Inputs[i] is not null)
                return null;
        }

        Value moved = patch.Node(node.Operator.Name, inputs, Attributes(node, permutation), node.Name);
        patch.Replace(node.Output, patch.Node("Transpose", [moved], AttributeMap.Of(("perm", permutation)), $"{node.Name}_transposed"));
        return patch;
    }

    private static bool CanPass(Node node) =>
        node.Operator.Domain.Length == 0 && (s_elementwise.Contains(node.Operator.Name) || node.Is("Concat") || (node.Is("Pad") && node.Input(1)?.Constant is not null && node.Input(3) is null));

    private static IEnumerable<Value> DataInputs(Node node) =>
        (s_oneDataInput.Contains(node.Operator.Name) ? node.Inputs.Take(1) : node.Inputs).OfType<Value>();

    /// <summary>The permutation of the Transposes that feed the node and nobody else, when they agree and everything else is constant.</summary>
    private static long[]? CommonPermutation(Node node)
    {
        long[]? common = null;
        foreach (Value input in DataInputs(node).Where(i => !i.IsConstant))
        {
            if (Permutations.Of(input.Producer) is not { } permutation || (common is not null && !common.AsSpan().SequenceEqual(permutation)))
                return null;
            if (input.Consumers.Any(c => c != node))
                return null;
            common = permutation;
        }

        return common;
    }

    /// <summary>Whether the value runs, through nodes that a Transpose can pass, into another Transpose.</summary>
    private static bool MeetsTranspose(Graph graph, Value value)
    {
        while (!graph.IsOutput(value) && value.Consumers.Count > 0)
        {
            if (value.Consumers.All(c => c.Is("Transpose")))
                return true;
            if (value.Consumers.Count != 1 || !CanPass(value.Consumers[0]) || value.Consumers[0].Outputs.Count != 1)
                return false;
            Node next = value.Consumers[0];
            if (DataInputs(next).Any(i => i != value && !i.IsConstant && !i.Producer!.Is("Transpose")))
                return false;
            value = next.Output;
        }

        return false;
    }

    /// <summary>The input as the node must read it when the Transpose comes after; null when that is not possible.</summary>
    private static Value? Unturned(GraphPatch patch, Node node, int index, long[] permutation)
    {
        Value? input = node.Inputs[index];
        if (input is null || (index > 0 && s_oneDataInput.Contains(node.Operator.Name)))
            return index == 1 && node.Is("Pad") ? UnturnedPads(patch, node, permutation) : input;
        if (!input.IsConstant)
            return input.Producer!.Input(0);
        Tensor tensor = input.Constant!;
        if (tensor.Shape.Rank == 0 || (tensor.ElementCount == 1 && !node.Is("Concat")))
            return input;
        if (tensor.Shape.Rank > permutation.Length || (node.Is("Concat") && tensor.Shape.Rank != permutation.Length))
            return null;
        // Missing leading axes are 1 by broadcasting.
        long[] shape = [.. Enumerable.Repeat(1L, permutation.Length - tensor.Shape.Rank), .. tensor.Shape];
        Value full = patch.Constant($"{input.Name}_full", tensor.Reshape(new TensorShape(shape)));
        return patch.Node("Transpose", [full], AttributeMap.Of(("perm", Permutations.Invert(permutation))), $"{input.Name}_transposed");
    }

    private static Value? UnturnedPads(GraphPatch patch, Node node, long[] permutation)
    {
        long[] pads = node.Input(1)!.Constant!.ToInt64Array();
        int rank = permutation.Length;
        if (pads.Length != 2 * rank)
            return null;
        long[] unturned = new long[2 * rank];
        for (int i = 0; i < rank; i++)
        {
            unturned[permutation[i]] = pads[i];
            unturned[permutation[i] + rank] = pads[i + rank];
        }

        return patch.Constant($"{node.Name}_pads", Tensor.Vector<long>(unturned));
    }

    private static AttributeMap Attributes(Node node, long[] permutation)
    {
        if (!node.Is("Concat"))
            return node.Attributes;
        long axis = node.Attributes.RequireInt("axis");
        return node.Attributes.With("axis", permutation[axis < 0 ? axis + permutation.Length : axis]);
    }
}
