using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Pools regions of feature maps to one size, sampling between the elements.</summary>
/// <remarks>
/// ONNX operator <c>RoiAlign</c>, opset 16 and up: inputs X <c>[N, C, H, W]</c>, rois <c>[R, 4]</c> (x1, y1, x2, y2) and batch_indices
/// <c>[R]</c> int64; output <c>[R, C, output_height, output_width]</c>. Attributes output_height (1), output_width (1), sampling_ratio (0: as
/// many samples as the bin has elements), spatial_scale (1), coordinate_transformation_mode (<c>half_pixel</c>; <c>output_half_pixel</c> shifts
/// nothing and makes regions at least 1 x 1) and mode (<c>avg</c>; <c>max</c> takes the largest of the samples' weighted corners, as ONNX
/// defines it).
/// </remarks>
internal sealed class RoiAlign : NumericOperator
{
    /// <summary>More samples in one bin than this are taken for a mistake in the region.</summary>
    private const double MostSamplesPerAxis = 1 << 14;

    public override string Name => "RoiAlign";

    public override int SinceVersion => 16;

    public override (int Minimum, int Maximum) InputCount => (3, 3);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireRank(0, 4);
        Dimension regions = context.Shape(1) is { Rank: 2 } rois ? rois[0] : Dimension.Unknown;
        Dimension channels = context.Shape(0) is { } input ? input[1] : Dimension.Unknown;
        long height = context.Attributes.GetInt("output_height", 1);
        long width = context.Attributes.GetInt("output_width", 1);
        context.SetOutput(0, context.DataType(0), new SymbolicShape(regions, channels, height, width));
    }

    protected override void Evaluate<T>(EvaluationContext context)
    {
        Tensor input = context.Input(0);
        TensorShape rois = context.Input(1).Shape;
        long[] batches = context.Input(2).ToInt64Array();
        if (input.Shape.Rank != 4 || rois.Rank != 2 || rois[1] != 4 || batches.Length != rois[0])
            throw context.Error($"the input {input.Shape}, the regions {rois} and {batches.Length} batch indices do not go together.");
        int height = (int)context.Attributes.GetInt("output_height", 1);
        int width = (int)context.Attributes.GetInt("output_width", 1);
        bool takeMaximum = context.Attributes.GetString("mode", "avg") == "max";
        Tensor output = context.CreateOutput(0, input.DataType, rois[0], input.Shape[1], height, width);
        if (output.ElementCount == 0)
            return;
        if (input.ElementCount == 0)
            throw context.Error($"the input {input.Shape} has no elements to sample.");
        int channels = (int)input.Shape[1];
        int mapSize = (int)(input.Shape[2] * input.Shape[3]);
        ReadOnlySpan<T> x = input.AsSpan<T>();
        Span<T> y = output.AsSpan<T>();
        ReadOnlySpan<T> corners = context.Input(1).AsSpan<T>();
        for (int r = 0; r < batches.Length; r++)
        {
            if (batches[r] < 0 || batches[r] >= input.Shape[0])
                throw context.Error($"the batch index {batches[r]} does not lie in 0..{input.Shape[0] - 1}.");
            (double y1, double y2) = Extent(context.Attributes, corners[(r * 4) + 1], corners[(r * 4) + 3]);
            (double x1, double x2) = Extent(context.Attributes, corners[r * 4], corners[(r * 4) + 2]);
            for (int bin = 0; bin < height * width; bin++)
            {
                List<(int Offset, double Weight)> taps = Taps(
                    Samples(context, y1, (y2 - y1) / height, bin / width),
                    Samples(context, x1, (x2 - x1) / width, bin % width),
                    (int)input.Shape[2],
                    (int)input.Shape[3],
                    out int sampleCount);
                for (int c = 0; c < channels; c++)
                {
                    ReadOnlySpan<T> map = x.Slice((((int)batches[r] * channels) + c) * mapSize, mapSize);
                    double sum = 0;
                    double largest = double.NegativeInfinity;
                    foreach ((int offset, double weight) in taps)
                    {
                        double value = weight * double.CreateTruncating(map[offset]);
                        sum += value;
                        largest = Math.Max(largest, value);
                    }

                    double result = sampleCount == 0 ? 0 : takeMaximum ? largest : sum / sampleCount;
                    y[(((r * channels) + c) * height * width) + bin] = T.CreateTruncating(result);
                }
            }
        }
    }

    private static (double Start, double End) Extent<T>(AttributeMap attributes, T start, T end)
        where T : System.Numerics.INumber<T>
    {
        double scale = attributes.GetFloat("spatial_scale", 1);
        bool halfPixel = attributes.GetString("coordinate_transformation_mode", "half_pixel") == "half_pixel";
        double first = (double.CreateTruncating(start) * scale) - (halfPixel ? 0.5 : 0);
        double last = (double.CreateTruncating(end) * scale) - (halfPixel ? 0.5 : 0);
        return (first, halfPixel ? last : Math.Max(last, first + 1));
    }

    /// <summary>The places along one axis at which a bin is sampled.</summary>
    private static double[] Samples(EvaluationContext context, double start, double binSize, int bin)
    {
        long ratio = context.Attributes.GetInt("sampling_ratio", 0);
        double count = ratio > 0 ? ratio : Math.Ceiling(binSize);
        if (!(count <= MostSamplesPerAxis))
            throw context.Error($"a bin of {binSize} elements would take {count} samples along an axis; the most is {MostSamplesPerAxis}.");
        double[] samples = new double[Math.Max((int)count, 0)];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = start + (bin * binSize) + ((i + 0.5) * binSize / samples.Length);
        return samples;
    }

    /// <summary>The four elements around each sample with their bilinear weights; samples more than 1 outside count as 0.</summary>
    private static List<(int Offset, double Weight)> Taps(double[] rows, double[] columns, int height, int width, out int sampleCount)
    {
        sampleCount = rows.Length * columns.Length;
        List<(int Offset, double Weight)> taps = [];
        foreach (double row in rows)
        {
            foreach (double column in columns)
            {
                if (row < -1 || row > height || column < -1 || column > width)
                {
                    taps.Add((0, 0));
                    continue;
                }

                (int top, int bottom, double down) = Neighbours(row, height);
                (int left, int right, double across) = Neighbours(column, width);
                taps.Add(((top * width) + left, (1 - down) * (1 - across)));
                taps.Add(((top * width) + right, (1 - down) * across));
                taps.Add(((bottom * width) + left, down * (1 - across)));
                taps.Add(((bottom * width) + right, down * across));
            }
        }

        return taps;
    }

    private static (int Low, int High, double Fraction) Neighbours(double place, int length)
    {
        place = Math.Max(place, 0);
        int low = (int)place;
        return low >= length - 1 ? (length - 1, length - 1, 0) : (low, low + 1, place - low);
    }
}
