using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.LinearAlgebra;

/// <summary>The determinant of each matrix of a batch.</summary>
/// <remarks>ONNX operator <c>Det</c>, opset 11 (22 adds bfloat16). Input <c>[..., M, M]</c> of a floating-point type; output <c>[...]</c>. Computes in float64.</remarks>
internal sealed class Det : Operator
{
    public override string Name => "Det";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the input", context.DataType(0));
        context.SetOutput(0, context.DataType(0), context.Shape(0) is { } shape ? InferShape(context.Node, shape) : null);
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        TensorShape shape = context.Node.Concrete(InferShape(context.Node, new SymbolicShape(x.Shape)), x.DataType);
        int size = checked((int)x.Shape[-1]);
        double[] matrices = TensorConversion.Widen<double>(x).ToArray();
        double[] output = new double[shape.ElementCount];
        for (int i = 0; i < output.Length; i++)
            output[i] = Determinant(matrices.AsSpan(i * size * size, size * size), size);
        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, shape));
    }

    private static SymbolicShape InferShape(Node node, SymbolicShape input)
    {
        node.RequireRank("the input", input, 2);
        node.Same("the last two axes", input[-1], input[-2]);
        return new SymbolicShape(input.Dimensions[..^2]);
    }

    /// <summary>Gaussian elimination with the largest pivot; the matrix is overwritten.</summary>
    private static double Determinant(Span<double> matrix, int size)
    {
        double determinant = 1;
        for (int column = 0; column < size; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < size; row++)
            {
                if (Math.Abs(matrix[row * size + column]) > Math.Abs(matrix[pivot * size + column]))
                    pivot = row;
            }

            double value = matrix[pivot * size + column];
            if (value == 0)
                return 0;
            determinant *= pivot == column ? value : -value;
            for (int k = column; k < size; k++)
                (matrix[column * size + k], matrix[pivot * size + k]) = (matrix[pivot * size + k], matrix[column * size + k]);
            for (int row = column + 1; row < size; row++)
            {
                double factor = matrix[row * size + column] / value;
                for (int k = column; k < size; k++)
                    matrix[row * size + k] -= factor * matrix[column * size + k];
            }
        }

        return determinant;
    }
}
