using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Samples an image, or a volume, at given places.</summary>
/// <remarks>
/// ONNX operator <c>GridSample</c>, opset 20 and up: inputs X <c>[N, C, *spatial]</c> and grid <c>[N, *spatial_out, rank]</c>, whose last axis
/// holds x, y, ... in -1..1; output <c>[N, C, *spatial_out]</c>. Attributes mode (<c>linear</c>, <c>nearest</c>, <c>cubic</c>), padding_mode
/// (<c>zeros</c>, <c>border</c>, <c>reflection</c>) and align_corners (0: -1 and 1 are the outer edges of the border elements; 1: their
/// centres). As in PyTorch, borders and reflections apply to the place for linear and nearest, to each element around it for cubic.
/// </remarks>
internal sealed class GridSample : NumericOperator
{
    public override string Name => "GridSample";

    public override int SinceVersion => 20;

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = context.Shape(0) is { Rank: >= 3 } input && context.Shape(1) is { } grid && grid.Rank == input.Rank
            ? new SymbolicShape([input[0], input[1], .. grid.Skip(1).SkipLast(1)])
            : null;
        context.SetOutput(0, context.DataType(0), shape);
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        TensorShape grid = context.Input(1).Shape;
        int rank = input.Shape.Rank - 2;
        if (rank < 1 || grid.Rank != rank + 2 || grid[0] != input.Shape[0] || grid[-1] != rank)
            throw context.Error($"the input {input.Shape} does not go with the grid {grid}.");
        int[] lengths = [.. input.Shape.Skip(2).Select(d => checked((int)d))];
        int inputCount = (int)input.Shape.ElementCountOf(2, rank + 2);
        int outputCount = (int)grid.ElementCountOf(1, rank + 1);
        Tensor output = context.CreateOutput(0, input.DataType, [input.Shape[0], input.Shape[1], .. grid.Skip(1).SkipLast(1)]);
        if (output.ElementCount == 0)
            return;
        if (inputCount == 0)
            throw context.Error($"the input {input.Shape} has no elements to sample.");
        double[] places = ElementConversion.ToDoubles(context.Input(1));
        GridSampler sampler = new(context.Attributes, lengths);
        ReadOnlySpan<T> x = input.AsSpan<T>();
        Span<T> y = output.AsSpan<T>();
        int channels = (int)input.Shape[1];
        for (int n = 0; n < input.Shape[0]; n++)
        {
            for (int place = 0; place < outputCount; place++)
            {
                IReadOnlyList<(int Offset, double Weight)> taps = sampler.Taps(places.AsSpan(((n * outputCount) + place) * rank, rank));
                for (int c = 0; c < channels; c++)
                {
                    ReadOnlySpan<T> from = x.Slice(((n * channels) + c) * inputCount, inputCount);
                    double sum = 0;
                    foreach ((int offset, double weight) in taps)
                        sum += weight * double.CreateTruncating(from[offset]);
                    y[(((n * channels) + c) * outputCount) + place] = T.CreateTruncating(sum);
                }
            }
        }
    }
}
