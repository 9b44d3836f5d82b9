using Hone.Graphs;
using Hone.Operators.Elementwise;
using Hone.Tensors;

namespace Hone.Operators.Normalization;

/// <summary>The rules of normalisations over the last axes, from the attribute <c>axis</c> on, whose scale and bias broadcast to the input.</summary>
internal static class LastAxes
{
    /// <summary>Checks that scale and bias broadcast to the input.</summary>
    public static void Check(Node node, SymbolicShape? input, SymbolicShape? scale, SymbolicShape? bias)
    {
        if (input is null)
            return;
        First(node, input.Rank);
        CheckBroadcast(node, "the scale", input, scale);
        CheckBroadcast(node, "the bias", input, bias);
    }

    /// <summary>Checks that an operand broadcasts to the input.</summary>
    public static void CheckBroadcast(Node node, string name, SymbolicShape input, SymbolicShape? parameter)
    {
        for (int fromEnd = 1; fromEnd <= (parameter?.Rank ?? 0); fromEnd++)
        {
            bool fits = fromEnd <= input.Rank;
            if (fits && parameter![-fromEnd].IsFixed && input[-fromEnd].IsFixed)
                fits = parameter[-fromEnd].Value == 1 || parameter[-fromEnd] == input[-fromEnd];
            if (!fits)
                throw node.Error($"{name} {parameter} does not broadcast to the input {input}.");
        }
    }

    /// <summary>The shape of the statistics: the input's with the normalised axes 1.</summary>
    public static SymbolicShape Statistics(Node node, SymbolicShape input)
    {
        int first = First(node, input.Rank);
        return new SymbolicShape([.. input.Dimensions[..first], .. Enumerable.Repeat(Dimension.Fixed(1), input.Rank - first)]);
    }

    /// <summary>Number of elements that are normalised together.</summary>
    public static int Size(Node node, TensorShape input) => checked((int)input.ElementCountOf(First(node, input.Rank), input.Rank));

    /// <summary>Multiplies by the scale and adds the bias (null adds nothing), both broadcast to the shape.</summary>
    public static void Scale(Span<double> values, TensorShape shape, Tensor scale, Tensor? bias)
    {
        Apply(values, shape, scale, (value, factor) => value * factor);
        if (bias is not null)
            Add(values, shape, bias);
    }

    /// <summary>Adds an operand that is broadcast to the shape.</summary>
    public static void Add(Span<double> values, TensorShape shape, Tensor operand) => Apply(values, shape, operand, (value, addend) => value + addend);

    private static int First(Node node, int rank) => node.NormalizeAxis(node.Attributes.GetInt("axis", -1), rank);

    private static void Apply(Span<double> values, TensorShape shape, Tensor operand, Func<double, double, double> function) =>
        Broadcasting.Apply(shape, values, shape, TensorConversion.Widen<double>(operand), operand.Shape, values, function);
}
