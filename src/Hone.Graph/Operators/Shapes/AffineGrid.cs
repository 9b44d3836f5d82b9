using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>The places at which <c>GridSample</c> applies an affine map to an image or volume.</summary>
/// <remarks>
/// ONNX operator <c>AffineGrid</c>, opset 20 and up: inputs theta <c>[N, rank, rank + 1]</c> and size (int64: N, C and the spatial lengths); output
/// <c>[N, *spatial, rank]</c>. The rank is 2 or 3. Attribute align_corners (0).
/// </remarks>
internal sealed class AffineGrid : NumericOperator
{
    public override string Name => "AffineGrid";

    public override int SinceVersion => 20;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireRank(0, 3);
        SymbolicShape? shape = context.Contents(1) is { Count: >= 3 } size
            ? new SymbolicShape([size[0], .. size.Skip(2), size.Count - 2])
            : null;
        context.SetOutput(0, context.DataType(0), shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        TensorShape theta = context.Input(0).Shape;
        long[] size = context.Input(1).ToInt64Array();
        int rank = size.Length - 2;
        if (rank < 1 || theta.Rank != 3 || theta[0] != size[0] || theta[1] != rank || theta[2] != rank + 1)
            throw context.Error($"theta {theta} does not go with the size [{string.Join(", ", size)}].");
        bool alignCorners = context.Attributes.GetBool("align_corners");
        long[] lengths = size[2..];
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, [size[0], .. lengths, rank]);
        ReadOnlySpan<T> matrix = context.Input(0).AsSpan<T>();
        Span<T> result = output.AsSpan<T>();
        double[] place = new double[rank];
        for (int i = 0; i < result.Length; i += rank)
        {
            long index = i / rank;
            for (int axis = rank - 1; axis >= 0; axis--, index /= lengths[axis + 1])
                place[rank - 1 - axis] = Coordinate(index % lengths[axis], lengths[axis], alignCorners);
            int row = (int)index * rank * (rank + 1);
            for (int coordinate = 0; coordinate < rank; coordinate++, row += rank + 1)
            {
                double sum = double.CreateTruncating(matrix[row + rank]);
                for (int axis = 0; axis < rank; axis++)
                    sum += double.CreateTruncating(matrix[row + axis]) * place[axis];
                result[i + coordinate] = T.CreateTruncating(sum);
            }
        }
    }

    /// <summary>Where an element lies in -1..1.</summary>
    private static double Coordinate(long index, long length, bool alignCorners)
    {
        if (!alignCorners)
            return (((2.0 * index) + 1) / length) - 1;
        return length == 1 ? 0 : (2.0 * index / (length - 1)) - 1;
    }
}
