using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Adds sliding blocks, laid out as columns, back into an image.</summary>
/// <remarks>
/// ONNX operator <c>Col2Im</c>, opset 18 and up: inputs <c>[N, C * product(block_shape), L]</c> of any numeric type, image_shape and block_shape
/// (int64, one for each spatial axis); output <c>[N, C, *image_shape]</c>. Attributes dilations (1), pads (0) and strides (1). L is the number
/// of places of the block.
/// </remarks>
internal sealed class Col2Im : NumericOperator
{
    public override string Name => "Col2Im";

    public override int SinceVersion => 18;

    public override (int Minimum, int Maximum) InputCount => (3, 3);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireRank(0, 3);
        SymbolicShape? shape = null;
        if (context.Contents(1) is { } image)
        {
            Dimension channels = context.Shape(0) is { } input && context.Contents(2) is { } block
                ? DimensionQuotient.Divide([input[1]], block.ToArray())
                : Dimension.Unknown;
            shape = new SymbolicShape([context.Shape(0)?[0] ?? Dimension.Unknown, channels, .. image]);
        }

        context.SetOutput(0, context.DataType(0), shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        long[] image = context.Input(1).ToInt64Array();
        long[] block = context.Input(2).ToInt64Array();
        int rank = image.Length;
        long[] dilations = context.Attributes.GetInts("dilations") ?? Ones(rank);
        long[] strides = context.Attributes.GetInts("strides") ?? Ones(rank);
        long[] pads = context.Attributes.GetInts("pads") ?? new long[2 * rank];
        if (input.Shape.Rank != 3 || block.Length != rank || dilations.Length != rank || strides.Length != rank || pads.Length != 2 * rank)
            throw context.Error($"the input {input.Shape}, image_shape, block_shape, dilations, strides and pads do not go together.");
        long[] places = new long[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            if (block[axis] <= 0 || dilations[axis] <= 0 || strides[axis] <= 0)
                throw context.Error("block_shape, dilations and strides must be positive.");
            long room = checked(image[axis] + pads[axis] + pads[axis + rank] - (dilations[axis] * (block[axis] - 1)) - 1);
            places[axis] = room < 0 ? 0 : (room / strides[axis]) + 1;
        }

        TensorShape blockShape = new(block);
        TensorShape placeShape = new(places);
        if (input.Shape[1] % blockShape.ElementCount != 0 || input.Shape[2] != placeShape.ElementCount)
            throw context.Error($"the input {input.Shape} does not hold blocks {blockShape} at the places {placeShape}.");
        Tensor output = context.CreateOutput(0, input.DataType, [input.Shape[0], input.Shape[1] / blockShape.ElementCount, .. image]);
        ReadOnlySpan<T> x = input.AsSpan<T>();
        Span<T> y = output.AsSpan<T>();
        int imageCount = (int)output.Shape.ElementCountOf(2, rank + 2);
        int from = 0;
        for (long row = 0; row < input.Shape[0] * input.Shape[1]; row++)
        {
            int to = (int)(row / blockShape.ElementCount) * imageCount;
            long[] inBlock = Position(row % blockShape.ElementCount, block);
            for (long place = 0; place < placeShape.ElementCount; place++, from++)
            {
                long[] position = Position(place, places);
                long offset = 0;
                bool isInside = true;
                for (int axis = 0; axis < rank; axis++)
                {
                    long at = (position[axis] * strides[axis]) + (inBlock[axis] * dilations[axis]) - pads[axis];
                    isInside &= at >= 0 && at < image[axis];
                    offset = (offset * image[axis]) + at;
                }

                if (isInside)
                    y[to + (int)offset] += x[from];
            }
        }
    }

    private static long[] Ones(int count) => Enumerable.Repeat(1L, count).ToArray();

    private static long[] Position(long index, long[] dimensions)
    {
        long[] position = new long[dimensions.Length];
        for (int axis = dimensions.Length - 1; axis >= 0; axis--)
        {
            position[axis] = index % dimensions[axis];
            index /= dimensions[axis];
        }

        return position;
    }
}
