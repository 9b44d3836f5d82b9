using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Recurrent;

/// <summary>The shapes of a recurrent node's outputs.</summary>
/// <param name="Output">Y: <c>[time, directions, batch, hidden]</c>, or with <c>layout</c> 1 <c>[batch, time, directions, hidden]</c>; null when X is not known.</param>
/// <param name="State">Y_h and Y_c: <c>[directions, batch, hidden]</c>, or <c>[batch, directions, hidden]</c>; null when X is not known.</param>
/// <param name="Hidden">Size of the hidden state.</param>
internal sealed record RecurrentShapes(SymbolicShape? Output, SymbolicShape? State, Dimension Hidden)
{
    /// <summary>Checks the inputs X, W, R, B, sequence_lens, initial_h, initial_c, P and infers the outputs.</summary>
    /// <param name="node">The node.</param>
    /// <param name="gates">Rows of W for each element of the hidden state.</param>
    /// <param name="inputs">Null where an input is left out or not known.</param>
    /// <param name="transposed">Whether W and R are <c>[directions, columns, gates · hidden]</c>, as com.microsoft's quantized operators have them.</param>
    public static RecurrentShapes Infer(Node node, int gates, SymbolicShape?[] inputs, bool transposed = false)
    {
        SymbolicShape? Input(int index) => index < inputs.Length ? inputs[index] : null;
        node.RequireRank("X", Input(0), 3, 3);
        node.RequireRank("R", Input(2), 3, 3);
        Dimension hidden = HiddenSize(node, Input(2)?[transposed ? 1 : 2] ?? Dimension.Unknown);
        Dimension directions = Directions(node);
        bool batchFirst = IsBatchFirst(node);
        Dimension batch = Input(0)?[batchFirst ? 0 : 1] ?? Dimension.Unknown;
        Dimension time = Input(0)?[batchFirst ? 1 : 0] ?? Dimension.Unknown;
        Dimension inputSize = Input(0)?[2] ?? Dimension.Unknown;
        Dimension rows = hidden * gates;
        SymbolicShape state = batchFirst ? new(batch, directions, hidden) : new(directions, batch, hidden);
        node.RequireShape("W", Input(1), transposed ? [directions, inputSize, rows] : [directions, rows, inputSize]);
        node.RequireShape("R", Input(2), transposed ? [directions, hidden, rows] : [directions, rows, hidden]);
        node.RequireShape("B", Input(3), directions, hidden * (2 * gates));
        node.RequireShape("sequence_lens", Input(4), batch);
        node.RequireShape("initial_h", Input(5), state.Dimensions);
        node.RequireShape("initial_c", Input(6), state.Dimensions);
        node.RequireShape("P", Input(7), directions, hidden * 3);
        if (Input(0) is null)
            return new RecurrentShapes(null, null, hidden);
        SymbolicShape output = batchFirst ? new(batch, time, directions, hidden) : new(time, directions, batch, hidden);
        return new RecurrentShapes(output, state, hidden);
    }

    /// <summary>The elements of X <c>[time, batch, size]</c>, or <c>[batch, time, size]</c> turned.</summary>
    public static double[] TimeFirst(Node node, Tensor x)
    {
        double[] values = TensorConversion.Widen<double>(x).ToArray();
        if (!IsBatchFirst(node))
            return values;
        (int batch, int time, int size) = ((int)x.Shape[0], (int)x.Shape[1], (int)x.Shape[2]);
        double[] turned = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            (int row, int element) = Math.DivRem(i, size);
            turned[(row % time * batch + row / time) * size + element] = values[i];
        }

        return turned;
    }

    /// <summary>Whether the batch is the outermost axis.</summary>
    public static bool IsBatchFirst(Node node) => node.Attributes.GetInt("layout", 0) switch
    {
        0 => false,
        1 => true,
        long layout => throw node.Error($"layout must be 0 or 1, got {layout}."),
    };

    /// <summary>The hidden size once all shapes are numbers.</summary>
    public int FixedHidden(Node node) => Hidden.IsFixed ? checked((int)Hidden.Value) : throw node.Error("the hidden size is not known.");

    private static long Directions(Node node) => node.Attributes.GetString("direction", "forward") switch
    {
        "forward" or "reverse" => 1,
        "bidirectional" => 2,
        string other => throw node.Error($"direction '{other}' is not one of forward, reverse, bidirectional."),
    };

    private static Dimension HiddenSize(Node node, Dimension inferred)
    {
        if (!node.Attributes.Contains("hidden_size"))
            return inferred;
        long given = node.Attributes.RequireInt("hidden_size");
        if (given is < 1 or > int.MaxValue)
            throw node.Error($"hidden_size must be at least 1, got {given}.");
        return node.Same("hidden_size and the size that R has", given, inferred);
    }
}
