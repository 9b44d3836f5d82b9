using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Evaluation;

/// <summary>Checks the tensors given to a run against the graph's inputs.</summary>
public static class RunInputs
{
    /// <summary>Checks names, types, ranks and fixed dimensions, and that a symbol means one number throughout.</summary>
    /// <exception cref="ShapeMismatchException">Something does not fit; the error names the input, what is expected and what was given.</exception>
    public static void Check(Graph graph, IReadOnlyDictionary<string, Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(inputs);
        Dictionary<string, (long Value, string Input)> symbols = new(StringComparer.Ordinal);
        foreach (Value input in graph.Inputs)
        {
            if (!inputs.TryGetValue(input.Name, out Tensor? tensor))
                throw new ShapeMismatchException($"Input '{input.Name}'", Describe(input), "nothing");
            if (tensor.DataType != input.DataType || !(input.Shape?.Accepts(tensor.Shape) ?? true))
                throw new ShapeMismatchException($"Input '{input.Name}'", Describe(input), tensor.ToString());
            CheckSymbols(input, tensor, symbols);
        }

        foreach (string name in inputs.Keys)
        {
            if (!graph.Inputs.Any(i => i.Name == name))
                throw new ShapeMismatchException($"Input '{name}'", $"one of the inputs {string.Join(", ", graph.Inputs.Select(i => i.Name))}", "an unknown name");
        }
    }

    private static void CheckSymbols(Value input, Tensor tensor, Dictionary<string, (long Value, string Input)> symbols)
    {
        for (int axis = 0; axis < (input.Shape?.Rank ?? 0); axis++)
        {
            if (input.Shape![axis].Symbol is not { } symbol)
                continue;
            if (!symbols.TryAdd(symbol, (tensor.Shape[axis], input.Name)) && symbols[symbol].Value != tensor.Shape[axis])
                throw new ShapeMismatchException($"Input '{input.Name}'", $"{symbol} = {symbols[symbol].Value} as in input '{symbols[symbol].Input}'", tensor.ToString());
        }
    }

    private static string Describe(Value input) => $"{input.DataType.DisplayName()} {input.Shape?.ToString() ?? "of any shape"}";
}
