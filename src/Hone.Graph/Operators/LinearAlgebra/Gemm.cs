using System.Numerics;
using Hone.Graphs;
using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Operators.LinearAlgebra;

/// <summary><c>alpha · A' · B' + beta · C</c>, where A' and B' are A and B or their transposes.</summary>
/// <remarks>
/// ONNX operator <c>Gemm</c>, opset 11 (13 adds bfloat16). Inputs A <c>[M, K]</c> (<c>[K, M]</c> with <c>transA</c>), B <c>[K, N]</c>
/// (<c>[N, K]</c> with <c>transB</c>), optional C that broadcasts to <c>[M, N]</c>; output <c>[M, N]</c>. Attributes <c>alpha</c> (1),
/// <c>beta</c> (1), <c>transA</c> (0), <c>transB</c> (0). Sums are made in the input's type, half types in float32. For integers alpha and
/// beta are cut to integers, as the ONNX reference does.
/// </remarks>
internal sealed class Gemm : Operator
{
    public override string Name => "Gemm";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, 3);

    public override void InferTypes(InferenceContext context)
    {
        MatrixTypes.Require(context.Node, "A", context.DataType(0));
        context.Node.RequireType("B", context.DataType(1), context.DataType(0));
        context.Node.RequireType("C", context.DataType(2), context.DataType(0));
        context.SetOutput(0, context.DataType(0), InferShape(context.Node, context.Shape(0), context.Shape(1), context.Shape(2)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        switch (context.Input(0).DataType)
        {
            case DataType.Float64: Evaluate<double>(context); break;
            case DataType.Int32: Evaluate<int>(context); break;
            case DataType.Int64: Evaluate<long>(context); break;
            case DataType.UInt32: Evaluate<uint>(context); break;
            case DataType.UInt64: Evaluate<ulong>(context); break;
            default: Evaluate<float>(context); break;
        }
    }

    private static SymbolicShape? InferShape(Node node, SymbolicShape? a, SymbolicShape? b, SymbolicShape? c)
    {
        node.RequireRank("A", a, 2, 2);
        node.RequireRank("B", b, 2, 2);
        if (a is null || b is null)
            return null;
        bool transposeA = node.Attributes.GetBool("transA");
        bool transposeB = node.Attributes.GetBool("transB");
        node.Same("the inner axes of A and B", a[transposeA ? 0 : 1], b[transposeB ? 1 : 0]);
        SymbolicShape output = new(a[transposeA ? 1 : 0], b[transposeB ? 0 : 1]);
        for (int fromEnd = 1; fromEnd <= (c?.Rank ?? 0); fromEnd++)
        {
            Dimension size = c![-fromEnd];
            if (fromEnd > 2 || (size.IsFixed && size.Value != 1 && output[-fromEnd].IsFixed && output[-fromEnd] != size))
                throw node.Error($"C {c} does not broadcast to {output}.");
        }

        return output;
    }

    private static void Evaluate<T>(EvaluationContext context)
        where T : unmanaged, INumber<T>
    {
        (Tensor a, Tensor b, Tensor? c) = (context.Input(0), context.Input(1), context.OptionalInput(2));
        Node node = context.Node;
        SymbolicShape inferred = InferShape(node, new SymbolicShape(a.Shape), new SymbolicShape(b.Shape), c is null ? null : new SymbolicShape(c.Shape))!;
        TensorShape shape = node.Concrete(inferred, a.DataType);
        bool transposeA = node.Attributes.GetBool("transA");
        bool transposeB = node.Attributes.GetBool("transB");
        (int m, int n, int k) = (checked((int)shape[0]), checked((int)shape[1]), checked((int)a.Shape[transposeA ? 0 : 1]));

        ReadOnlySpan<T> left = TensorConversion.Widen<T>(a);
        ReadOnlySpan<T> right = TensorConversion.Widen<T>(b);
        T[] output = new T[shape.ElementCount];
        MatrixProduct.Add(
            transposeA ? MatrixProduct.Transpose(left, k, m) : left,
            transposeB ? MatrixProduct.Transpose(right, n, k) : right,
            output, m, k, n);
        ScaleAndAdd(output, n, T.CreateTruncating(node.Attributes.GetFloat("alpha", 1)), c, T.CreateTruncating(node.Attributes.GetFloat("beta", 1)));
        context.SetOutput(0, TensorConversion.Narrow<T>(output, a.DataType, shape));
    }

    private static void ScaleAndAdd<T>(Span<T> output, int columns, T alpha, Tensor? c, T beta)
        where T : unmanaged, INumber<T>
    {
        ReadOnlySpan<T> addend = c is null ? [T.Zero] : TensorConversion.Widen<T>(c);
        int columnStep = c is { Shape.Rank: > 0 } && c.Shape[-1] != 1 ? 1 : 0;
        int rowStep = c is { Shape.Rank: 2 } && c.Shape[0] != 1 ? (int)c.Shape[1] : 0;
        for (int i = 0; i < output.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, columns);
            output[i] = alpha * output[i] + beta * addend[row * rowStep + column * columnStep];
        }
    }
}
