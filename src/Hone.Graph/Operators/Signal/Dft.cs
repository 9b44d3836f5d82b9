using System.Numerics;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Signal;

/// <summary>The discrete Fourier transform along an axis, or its inverse.</summary>
/// <remarks>
/// ONNX operator <c>DFT</c>, opset 20 (17 has the axis as attribute). Inputs <c>[.., n, .., 1 or 2]</c> floating-point, real or complex numbers in the last axis;
/// optional dft_length (int, the axis is cut or padded with zeros), axis (int, -2). Output <c>[.., n, .., 2]</c>. Attributes <c>inverse</c> (0: else divided by the
/// length), <c>onesided</c> (0): of a real signal only the <c>⌊n / 2⌋ + 1</c> entries that tell the others; with <c>inverse</c> the input has
/// only those, and the output is real, <c>[.., n, .., 1]</c>, n being <c>2 · (entries - 1)</c> without dft_length. Computes in float64.
/// </remarks>
internal sealed class Dft : Operator
{
    public override string Name => "DFT";

    public override int SinceVersion => 20;

    public override (int Minimum, int Maximum) InputCount => (1, 3);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the input", context.DataType(0));
        SymbolicShape? output = null;
        if (context.Shape(0) is { } input)
        {
            Dimension axis = SignalRules.Scalar(context, 2, -2);
            output = axis.IsFixed ? InferShape(context.Node, input, axis.Value, SignalRules.Scalar(context, 1, 0)) : new SymbolicShape(new Dimension[input.Rank]);
        }

        context.SetOutput(0, context.DataType(0), output);
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x) = (context.Node, context.Input(0));
        long axisInput = context.OptionalInput(2) is null ? -2 : SignalRules.Scalar(context, 2);
        long lengthInput = context.OptionalInput(1) is null ? 0 : SignalRules.Scalar(context, 1);
        if (context.OptionalInput(1) is not null && lengthInput < 1)
            throw node.Error($"dft_length must be at least 1, got {lengthInput}.");
        TensorShape shape = node.Concrete(InferShape(node, new SymbolicShape(x.Shape), axisInput, lengthInput), DataType.Float64);
        int axis = node.NormalizeAxis(axisInput, x.Shape.Rank);
        bool inverse = node.Attributes.GetBool("inverse");
        bool onesided = node.Attributes.GetBool("onesided");
        long length = Length(node, x.Shape[axis], lengthInput).Value;
        SignalRules.RequireLength(node, length, shape.ElementCount / Math.Max(shape[axis] * shape[-1], 1));

        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        double[] output = new double[shape.ElementCount];
        int inner = (int)x.Shape.ElementCountOf(axis + 1, x.Shape.Rank - 1);
        int lines = (int)x.Shape.ElementCountOf(0, axis) * inner;
        for (int line = 0; line < lines; line++)
        {
            Complex[] values = Read(input, x.Shape, axis, inner, line, (int)length);
            if (inverse && onesided)
                Mirror(values, (int)x.Shape[axis]);
            Complex[] transformed = FourierTransform.Of(values, inverse);
            for (int i = 0; i < (int)shape[axis]; i++)
            {
                Complex value = inverse ? transformed[i] / length : transformed[i];
                int place = Place(shape, axis, inner, line, i);
                output[place] = value.Real;
                if (shape[-1] == 2)
                    output[place + 1] = value.Imaginary;
            }
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, shape));
    }

    private static Complex[] Read(ReadOnlySpan<double> input, TensorShape shape, int axis, int inner, int line, int length)
    {
        Complex[] values = new Complex[length];
        for (int i = 0; i < Math.Min(length, (int)shape[axis]); i++)
        {
            int place = Place(shape, axis, inner, line, i);
            values[i] = new Complex(input[place], shape[-1] == 2 ? input[place + 1] : 0);
        }

        return values;
    }

    /// <summary>Fills in the entries of a real signal's spectrum that follow from the given ones.</summary>
    private static void Mirror(Complex[] spectrum, int given)
    {
        for (int i = 1; i < spectrum.Length && i < given; i++)
        {
            if (spectrum.Length - i >= given)
                spectrum[^i] = Complex.Conjugate(spectrum[i]);
        }
    }

    private static int Place(TensorShape shape, int axis, int inner, int line, int entry) =>
        ((line / inner * (int)shape[axis] + entry) * inner + line % inner) * (int)shape[-1];

    private static SymbolicShape InferShape(Node node, SymbolicShape input, long axisInput, Dimension lengthInput)
    {
        node.RequireRank("the input", input, 2);
        SignalRules.RequireComplexAxis(node, input);
        int axis = node.NormalizeAxis(axisInput, input.Rank);
        if (axis == input.Rank - 1)
            throw node.Error("the transformed axis must not be the last one.");
        Dimension length = Length(node, input[axis], lengthInput);
        bool inverse = node.Attributes.GetBool("inverse");
        bool onesided = node.Attributes.GetBool("onesided");
        if (onesided && !inverse)
            length = length / 2 + 1;
        return input.With(axis, length).With(-1, onesided && inverse ? 1 : 2);
    }

    /// <summary>Length of the transform; 0 stands for none given.</summary>
    private static Dimension Length(Node node, Dimension entries, Dimension given)
    {
        if (given != 0)
            return given;
        return node.Attributes.GetBool("inverse") && node.Attributes.GetBool("onesided") ? (entries - 1) * 2 : entries;
    }
}
