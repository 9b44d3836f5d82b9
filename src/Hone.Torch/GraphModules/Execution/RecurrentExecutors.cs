using static TorchSharp.torch;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>LSTM, GRU and RNN, step by step, so that gradients flow through computed weights too.</summary>
internal static class RecurrentExecutors
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_activations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Sigmoid"] = x => x.sigmoid(),
        ["Tanh"] = x => x.tanh(),
        ["Relu"] = x => x.relu(),
    };

    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["GRU"] = call => Layer(call, gates: 3, Gru),
        ["LSTM"] = call => Layer(call, gates: 4, Lstm),
        ["RNN"] = call => Layer(call, gates: 1, Rnn),
    };

    /// <summary>One step: the projected input, the state, and what of the direction it needs; gives the new state.</summary>
    private delegate (Tensor Hidden, Tensor? Cell) Step(Direction direction, Tensor projected, Tensor hidden, Tensor? cell);

    private static Tensor[] Layer(NodeCall call, int gates, Step step)
    {
        Check(call);
        bool isBatchFirst = call.Attributes.GetBool("layout");
        Tensor x = isBatchFirst ? call.Input(0).transpose(0, 1) : call.Input(0);
        string kind = call.Attributes.GetString("direction", "forward");
        int directions = kind == "bidirectional" ? 2 : 1;
        List<Tensor> outputs = [];
        List<Tensor> hiddens = [];
        List<Tensor> cells = [];
        for (int d = 0; d < directions; d++)
        {
            Direction direction = Direction.Of(call, d, gates);
            Tensor hidden = State(call, 5, d, isBatchFirst, x, direction);
            Tensor? cell = gates == 4 ? State(call, 6, d, isBatchFirst, x, direction) : null;
            Tensor projected = nn.functional.linear(x, direction.Weight, direction.InputBias);
            Tensor[] states = new Tensor[x.shape[0]];
            bool isReverse = kind == "reverse" || d == 1;
            for (int i = 0; i < states.Length; i++)
            {
                int time = isReverse ? states.Length - 1 - i : i;
                (hidden, cell) = step(direction, projected[time], hidden, cell);
                states[time] = hidden;
            }

            outputs.Add(stack(states, 0));
            hiddens.Add(hidden);
            if (cell is not null)
                cells.Add(cell);
        }

        // Y is [sequence, direction, batch, hidden], or [batch, sequence, direction, hidden].
        Tensor y = stack(outputs, 1);
        Tensor Last(List<Tensor> parts) => stack(parts, isBatchFirst ? 1 : 0);
        Tensor[] results = [isBatchFirst ? y.permute(2, 0, 1, 3) : y, Last(hiddens)];
        return gates == 4 ? [.. results, Last(cells)] : results;
    }

    private static (Tensor Hidden, Tensor? Cell) Lstm(Direction direction, Tensor projected, Tensor hidden, Tensor? cell)
    {
        // ONNX's order is input, output, forget, cell.
        Tensor[] gates = (projected + direction.Recur(hidden)).chunk(4, -1);
        Tensor next = (gates[2].sigmoid() * cell!) + (gates[0].sigmoid() * gates[3].tanh()); // an LSTM has a cell
        return (gates[1].sigmoid() * next.tanh(), next);
    }

    private static (Tensor Hidden, Tensor? Cell) Gru(Direction direction, Tensor projected, Tensor hidden, Tensor? cell)
    {
        // ONNX's order is update, reset, hidden.
        long size = hidden.shape[^1];
        Tensor[] parts = projected.chunk(3, -1);
        Tensor[] weights = direction.Recurrence.chunk(3);
        Tensor[] biases = direction.RecurrenceBias?.chunk(3) ?? new Tensor[3];
        Tensor update = (parts[0] + nn.functional.linear(hidden, weights[0], biases[0])).sigmoid();
        Tensor reset = (parts[1] + nn.functional.linear(hidden, weights[1], biases[1])).sigmoid();
        Tensor recurrent = direction.ResetsAfterProduct
            ? reset * nn.functional.linear(hidden, weights[2], biases[2])
            : nn.functional.linear(reset * hidden, weights[2], biases[2]);
        Tensor proposed = (parts[2] + recurrent).tanh();
        return (((1 - update) * proposed) + (update * hidden), null);
    }

    private static (Tensor Hidden, Tensor? Cell) Rnn(Direction direction, Tensor projected, Tensor hidden, Tensor? cell) =>
        (direction.Activation(projected + direction.Recur(hidden)), null);

    private static Tensor State(NodeCall call, int index, int d, bool isBatchFirst, Tensor x, Direction direction) =>
        call.OptionalInput(index)?.select(isBatchFirst ? 1 : 0, d) ?? zeros(x.shape[1], direction.Recurrence.shape[1], x.dtype, x.device);

    private static void Check(NodeCall call)
    {
        if (call.OptionalInput(4) is not null || call.OptionalInput(7) is not null)
            throw call.Error("sequence lengths and peepholes cannot be executed on libtorch.");
        if (call.Attributes.GetFloat("clip", 0) != 0 || call.Attributes.GetBool("input_forget"))
            throw call.Error("clip and input_forget cannot be executed on libtorch.");
        bool isStandard = call.Node.Operator.Name == "RNN" || call.Attributes.GetStrings("activations") is not { } names || IsStandard(call.Node.Operator.Name, names);
        if (!isStandard)
            throw call.Error("other activations than the usual ones cannot be executed on libtorch.");
    }

    private static bool IsStandard(string name, string[] activations)
    {
        string[] usual = name == "LSTM" ? ["Sigmoid", "Tanh", "Tanh"] : ["Sigmoid", "Tanh"];
        return activations.Select((activation, i) => string.Equals(activation, usual[i % usual.Length], StringComparison.OrdinalIgnoreCase)).All(same => same);
    }

    /// <summary>The weights of one direction.</summary>
    private sealed record Direction(Tensor Weight, Tensor Recurrence, Tensor? InputBias, Tensor? RecurrenceBias, Func<Tensor, Tensor> Activation, bool ResetsAfterProduct)
    {
        public static Direction Of(NodeCall call, int d, int gates)
        {
            Tensor recurrence = call.Input(2)[d];
            Tensor[]? biases = call.OptionalInput(3)?[d].chunk(2);
            string activation = call.Attributes.GetStrings("activations")?[d] ?? "Tanh";
            if (gates == 1 && !s_activations.ContainsKey(activation))
                throw call.Error($"the activation {activation} cannot be executed on libtorch.");
            return new Direction(
                call.Input(1)[d], recurrence, biases?[0], biases?[1], gates == 1 ? s_activations[activation] : x => x.tanh(), call.Attributes.GetBool("linear_before_reset"));
        }

        public Tensor Recur(Tensor hidden) => nn.functional.linear(hidden, Recurrence, RecurrenceBias);
    }
}
