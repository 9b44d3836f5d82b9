using System.Numerics;
using Hone.Graphs;
using Hone.Operators.LinearAlgebra;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary><c>alpha · A' · B'</c>, where A' and B' are A and B or their transposes.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.FusedMatMul</c>, version 1. Inputs and output as <see cref="MatMul"/>, floating-point. Attributes <c>alpha</c> (1),
/// <c>transA</c>, <c>transB</c> (0) exchange the last two axes; <c>transBatchA</c>, <c>transBatchB</c> (0) first move the first axis behind the batch axes.
/// </remarks>
internal sealed class FusedMatMul : MicrosoftOperator
{
    public override string Name => "FusedMatMul";

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireFloat("A", context.DataType(0));
        SymbolicShape? a = context.Shape(0) is { } left ? Turned(left, Order(node, "A", left.Rank)) : null;
        SymbolicShape? b = context.Shape(1) is { } right ? Turned(right, Order(node, "B", right.Rank)) : null;
        context.SetOutput(0, context.CommonDataType(0, 1), MatMulRules.InferShape(node, a, b));
    }

    public override void Evaluate(EvaluationContext context)
    {
        if (context.Input(0).DataType == DataType.Float64)
            Evaluate<double>(context);
        else
            Evaluate<float>(context);
    }

    private static void Evaluate<T>(EvaluationContext context)
        where T : unmanaged, INumber<T>
    {
        (Node node, Tensor a, Tensor b) = (context.Node, context.Input(0), context.Input(1));
        (int[] leftOrder, int[] rightOrder) = (Order(node, "A", a.Shape.Rank), Order(node, "B", b.Shape.Rank));
        MatMulSum product = new(node, Turned(a.Shape, leftOrder), Turned(b.Shape, rightOrder), a.DataType);
        T[] output = product.Compute<T>(Turn<T>(a, leftOrder), Turn<T>(b, rightOrder));
        T alpha = T.CreateTruncating(node.Attributes.GetFloat("alpha", 1));
        for (int i = 0; i < output.Length; i++)
            output[i] *= alpha;
        context.SetOutput(0, TensorConversion.Narrow<T>(output, a.DataType, product.OutputShape));
    }

    /// <summary>The axis of an operand behind each axis of the matrix product.</summary>
    private static int[] Order(Node node, string operand, int rank)
    {
        List<int> order = [.. Enumerable.Range(0, rank)];
        // One axis alone has nothing to exchange.
        if (rank < 2)
            return order.ToArray();
        if (node.Attributes.GetBool("transBatch" + operand))
        {
            order.RemoveAt(0);
            order.Insert(rank - 2, 0);
        }

        if (node.Attributes.GetBool("trans" + operand))
            (order[^1], order[^2]) = (order[^2], order[^1]);
        return order.ToArray();
    }

    private static SymbolicShape Turned(SymbolicShape shape, int[] order) => new(Array.ConvertAll(order, axis => shape[axis]));

    private static TensorShape Turned(TensorShape shape, int[] order) => new(Array.ConvertAll(order, axis => shape[axis]));

    private static T[] Turn<T>(Tensor tensor, int[] order)
        where T : unmanaged, INumber<T>
    {
        long[] strides = tensor.Shape.Strides();
        T[] result = new T[tensor.ElementCount];
        StridedCopy.Gather<T>(Turned(tensor.Shape, order), TensorConversion.Widen<T>(tensor), 0, Array.ConvertAll(order, axis => strides[axis]), result);
        return result;
    }
}
