using Hone.Graphs;
using Hone.Torch.Capture;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Lowering;

/// <summary>Recurrent layers and cells.</summary>
internal static class RecurrentLowerings
{
    /// <summary>PyTorch's order of gates in its weights, by ONNX's place: ONNX has i,o,f,c and z,r,h; PyTorch i,f,g,o and r,z,n.</summary>
    private static readonly int[] s_lstmGates = [0, 3, 1, 2];
    private static readonly int[] s_gruGates = [1, 0, 2];
    private static readonly int[] s_rnnGates = [0];

    public static IEnumerable<KeyValuePair<Type, Lowering>> Modules { get; } =
    [
        new(typeof(LSTM), c => Layers(c, "LSTM", s_lstmGates)),
        new(typeof(GRU), c => Layers(c, "GRU", s_gruGates)),
        new(typeof(RNN), c => Layers(c, "RNN", s_rnnGates)),
        new(typeof(LSTMCell), c => Cell(c, "LSTM", s_lstmGates)),
        new(typeof(GRUCell), c => Cell(c, "GRU", s_gruGates)),
        new(typeof(RNNCell), c => Cell(c, "RNN", s_rnnGates)),
    ];

    private static void Layers(LoweringContext c, string operatorName, int[] gates)
    {
        bool isBatchFirst = PrivateFlag(c, "_batch_first");
        int directions = c.StateTensor("weight_ih_l0_reverse") is null ? 1 : 2;
        int layers = c.Module!.named_parameters().Count(p => p.name.StartsWith("weight_hh_l", StringComparison.Ordinal)) / directions; // lowered for modules
        if (c.Rank(0) != 3)
            throw LoweringContext.Unsupported("an input without a batch axis");
        // ONNX takes the sequence first.
        Value x = isBatchFirst ? c.Node("Transpose", [c.Tensor(0)], ("perm", (long[])[1, 0, 2])) : c.Tensor(0);
        (Value? hidden, Value? cell) = InitialState(c);
        Value?[] hiddens = PerLayer(c, hidden, layers, directions);
        Value?[] cells = PerLayer(c, cell, layers, directions);
        List<Value> lastHidden = [];
        List<Value> lastCell = [];
        for (int layer = 0; layer < layers; layer++)
        {
            IReadOnlyList<Value?> outputs = Layer(c, operatorName, gates, x, layer, directions, hiddens[layer], cells[layer]);
            // [sequence, direction, batch, hidden] to [sequence, batch, direction·hidden].
            x = directions == 1
                ? c.Node("Squeeze", [outputs[0], c.Vector(1)])
                : c.Node("Reshape", [c.Node("Transpose", [outputs[0]], ("perm", (long[])[0, 2, 1, 3])), c.Vector(0, 0, -1)]);
            lastHidden.Add(outputs[1]!); // asked for
            if (operatorName == "LSTM")
                lastCell.Add(outputs[2]!);
        }

        List<Value?> results = [isBatchFirst ? c.Node("Transpose", [x], ("perm", (long[])[1, 0, 2])) : x, Joined(c, lastHidden)];
        if (operatorName == "LSTM")
            results.Add(Joined(c, lastCell));
        c.Set(results);
    }

    private static IReadOnlyList<Value?> Layer(
        LoweringContext c, string operatorName, int[] gates, Value x, int layer, int directions, Value? hidden, Value? cell)
    {
        string[] suffixes = [.. Enumerable.Range(0, directions).Select(d => $"_l{layer}{(d == 0 ? "" : "_reverse")}")];
        Value weight = Stacked(c, suffixes.Select(s => Gates(c, $"weight_ih{s}", gates)));
        Value recurrence = Stacked(c, suffixes.Select(s => Gates(c, $"weight_hh{s}", gates)));
        Value? bias = c.StateTensor($"bias_ih{suffixes[0]}") is null
            ? null
            : Stacked(c, suffixes.Select(s => c.Node("Concat", [Gates(c, $"bias_ih{s}", gates), Gates(c, $"bias_hh{s}", gates)], ("axis", 0L))));
        return Recurrence(c, operatorName, x, weight, recurrence, bias, hidden, cell, directions);
    }

    private static IReadOnlyList<Value?> Recurrence(
        LoweringContext c, string operatorName, Value x, Value weight, Value recurrence, Value? bias, Value? hidden, Value? cell, int directions)
    {
        List<(string, object)> attributes = [("hidden_size", HiddenSize(c, recurrence)), ("direction", directions == 2 ? "bidirectional" : "forward")];
        if (operatorName == "GRU")
            attributes.Add(("linear_before_reset", 1L));
        if (operatorName == "RNN")
            attributes.Add(("activations", Enumerable.Repeat(UsesRelu(c) ? "Relu" : "Tanh", directions).ToArray()));
        List<Value?> inputs = [x, weight, recurrence, bias, null, hidden];
        if (operatorName == "LSTM")
            inputs.Add(cell);
        while (inputs[^1] is null)
            inputs.RemoveAt(inputs.Count - 1);
        return c.Nodes(operatorName, [.. inputs], operatorName == "LSTM" ? 3 : 2, [.. attributes]);
    }

    private static void Cell(LoweringContext c, string operatorName, int[] gates)
    {
        if (c.Rank(0) != 2)
            throw LoweringContext.Unsupported("an input without a batch axis");
        (Value? hidden, Value? cell) = InitialState(c);
        Value? Unsqueezed(Value? value) => value is null ? null : c.Node("Unsqueeze", [value, c.Vector(0)]);
        Value? bias = c.StateTensor("bias_ih") is null
            ? null
            : Unsqueezed(c.Node("Concat", [Gates(c, "bias_ih", gates), Gates(c, "bias_hh", gates)], ("axis", 0L)));
        Value x = c.Node("Unsqueeze", [c.Tensor(0), c.Vector(0)]);
        IReadOnlyList<Value?> outputs = Recurrence(
            c, operatorName, x, Unsqueezed(Gates(c, "weight_ih", gates))!, Unsqueezed(Gates(c, "weight_hh", gates))!, bias, Unsqueezed(hidden), Unsqueezed(cell), 1);
        c.Set([.. outputs.Skip(1).Select(output => c.Node("Squeeze", [output, c.Vector(0)]))]);
    }

    private static long HiddenSize(LoweringContext c, Value recurrence) =>
        recurrence.Shape?[-1].Value ?? throw LoweringContext.Unsupported("recurrent weights of unknown shape");

    /// <summary>Rows of a weight or bias in ONNX's order of gates.</summary>
    private static Value Gates(LoweringContext c, string name, int[] gates)
    {
        Value weight = c.State(name);
        if (gates.Length == 1)
            return weight;
        IReadOnlyList<Value?> parts = c.Nodes("Split", [weight], gates.Length, ("axis", 0L), ("num_outputs", (long)gates.Length));
        return c.Node("Concat", [.. gates.Select(gate => parts[gate])], ("axis", 0L));
    }

    private static Value Stacked(LoweringContext c, IEnumerable<Value> directions)
    {
        Value[] parts = [.. directions.Select(value => c.Node("Unsqueeze", [value, c.Vector(0)]))];
        return parts.Length == 1 ? parts[0] : c.Node("Concat", parts, ("axis", 0L));
    }

    private static Value Joined(LoweringContext c, List<Value> parts) => parts.Count == 1 ? parts[0] : c.Node("Concat", [.. parts], ("axis", 0L));

    private static (Value? Hidden, Value? Cell) InitialState(LoweringContext c)
    {
        if (c.ArgumentCount < 2)
            return (null, null);
        return c.Argument(1) switch
        {
            TraceValue hidden => (c.Operand(hidden, c.TypeOf(0)), null),
            object?[] and [TraceValue hidden, TraceValue cell] => (c.Operand(hidden, c.TypeOf(0)), c.Operand(cell, c.TypeOf(0))),
            _ => (null, null),
        };
    }

    private static Value?[] PerLayer(LoweringContext c, Value? state, int layers, int directions)
    {
        if (state is null || layers == 1)
            return [.. Enumerable.Repeat(state, layers)];
        long[] sizes = [.. Enumerable.Repeat((long)directions, layers)];
        return [.. c.Nodes("Split", [state, c.Vector(sizes)], layers, ("axis", 0L))];
    }

    private static bool PrivateFlag(LoweringContext c, string field) =>
        c.Module!.GetType().GetField(field, System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)?.GetValue(c.Module) is true;

    /// <summary>TorchSharp keeps the nonlinearity in native memory only: one step on a large input tells tanh, which ends at 1, from ReLU.</summary>
    private static bool UsesRelu(LoweringContext c)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        string suffix = c.Module is RNNCell ? "" : "_l0";
        Tensor weight = c.StateTensor($"weight_ih{suffix}")!; // every recurrent module has it
        Tensor probe = weight[0].unsqueeze(0) * 1e4f;
        // TorchSharp takes null for no state; the first layer's, since others may be all 0.
        Tensor result = c.Module is RNNCell cell ? cell.call(probe, null!) : ((RNN)c.Module!).call(probe.unsqueeze(0), null!).Item2[0];
        return result.abs().max().item<float>() > 1.5f;
    }
}
