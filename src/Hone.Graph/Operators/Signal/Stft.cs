using System.Numerics;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Signal;

/// <summary>The Fourier transforms of overlapping frames of a signal.</summary>
/// <remarks>
/// ONNX operator <c>STFT</c>, opset 17. Inputs signal <c>[N, L, 1 or 2]</c> floating-point, frame_step (int), optional window <c>[frame_length]</c>, frame_length
/// (int, the window's length); output <c>[N, (L - frame_length) / frame_step + 1, bins, 2]</c>. Attribute <c>onesided</c> (1): bins is
/// <c>frame_length / 2 + 1</c>, else frame_length. Computes in float64.
/// </remarks>
internal sealed class Stft : Operator
{
    public override string Name => "STFT";

    public override int SinceVersion => 17;

    public override (int Minimum, int Maximum) InputCount => (2, 4);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("signal", context.DataType(0));
        Dimension length = SignalRules.Scalar(context, 3, context.Shape(2) is { Rank: 1 } window ? window[0] : Dimension.Unknown);
        SymbolicShape? output = context.Shape(0) is { } signal
            ? InferShape(context.Node, signal, SignalRules.Scalar(context, 1, Dimension.Unknown), context.Shape(2), length)
            : null;
        context.SetOutput(0, context.DataType(0), output);
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor signal, Tensor? window) = (context.Node, context.Input(0), context.OptionalInput(2));
        long step = SignalRules.Scalar(context, 1);
        long length = context.OptionalInput(3) is not null ? SignalRules.Scalar(context, 3)
            : window is { Shape.Rank: 1 } ? window.Shape[0] : throw node.Error("one of window and frame_length must be given.");
        SymbolicShape inferred = InferShape(node, new SymbolicShape(signal.Shape), step, window is null ? null : new SymbolicShape(window.Shape), length);
        TensorShape shape = node.Concrete(inferred, DataType.Float64);
        SignalRules.RequireLength(node, length, shape[0] * shape[1]);
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(signal);
        ReadOnlySpan<double> factors = window is null ? [] : TensorConversion.Widen<double>(window);
        double[] output = new double[shape.ElementCount];
        (int frames, int bins, int parts) = ((int)shape[1], (int)shape[2], (int)signal.Shape[2]);
        for (int row = 0; row < (int)shape[0] * frames; row++)
        {
            (int batch, int frame) = Math.DivRem(row, frames);
            Complex[] values = new Complex[length];
            for (int i = 0; i < values.Length; i++)
            {
                int place = (batch * (int)signal.Shape[1] + frame * (int)step + i) * parts;
                values[i] = new Complex(input[place], parts == 2 ? input[place + 1] : 0) * (factors.IsEmpty ? 1 : factors[i]);
            }

            Complex[] transformed = FourierTransform.Of(values, inverse: false);
            for (int bin = 0; bin < bins; bin++)
            {
                output[(row * bins + bin) * 2] = transformed[bin].Real;
                output[(row * bins + bin) * 2 + 1] = transformed[bin].Imaginary;
            }
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(output, signal.DataType, shape));
    }

    private static SymbolicShape InferShape(Node node, SymbolicShape signal, Dimension step, SymbolicShape? window, Dimension length)
    {
        node.RequireRank("signal", signal, 3, 3);
        SignalRules.RequireComplexAxis(node, signal);
        node.RequireShape("window", window, length);
        if (step is { IsFixed: true, Value: < 1 or > int.MaxValue })
            throw node.Error($"frame_step must lie in 1..{int.MaxValue}, got {step}.");
        if (length.IsFixed && (length.Value < 1 || (signal[1].IsFixed && length.Value > signal[1].Value)))
            throw node.Error($"a frame of {length} does not fit a signal of {signal[1]}.");
        Dimension frames = (signal[1] - length) / step + 1;
        return new SymbolicShape(signal[0], frames, node.Attributes.GetBool("onesided", true) ? length / 2 + 1 : length, 2);
    }
}
