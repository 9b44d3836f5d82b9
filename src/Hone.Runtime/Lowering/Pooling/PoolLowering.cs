using Hone.Graphs;
using Hone.Kernels.Pooling;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Pooling;

/// <summary>
/// <c>MaxPool</c> without indices, <c>AveragePool</c>, the global poolings, and <c>ReduceMean</c> over all spatial axes: float32, or 8-bit. An average of
/// codes takes the nodes that quantize around it along.
/// </summary>
internal static class PoolLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, Shape.Rank: 3 or 4 } input || node.Outputs.Skip(1).Any(o => o is not null))
            return null;
        bool isMax = node.Is("MaxPool") || node.Is("GlobalMaxPool");
        if (node.Is("ReduceMean") && !AveragesSpatialAxes(node, input.Shape.Rank))
            return null;
        if (!isMax && LowerQuantized(node, context) is { } quantized)
            return quantized;
        bool isSupported = input.DataType == DataType.Float32 || (isMax && input.DataType is DataType.UInt8 or DataType.Int8);
        return isSupported ? new PoolOperation(GraphLowering.SingleNode(node, context), isMax, null) : null;
    }

    private static PoolOperation? LowerQuantized(Node node, LoweringContext context)
    {
        if (QuantizedSource.Of(node.Inputs[0]) is not { IsSigned: false } source)
            return null;
        GroupBuilder group = new(context, node);
        group.Read(source);
        group.Share(node.Input(1));
        if (QuantizationParameters.OfQuantize(group.Next) is not { IsSigned: false } output)
            return null;
        group.Extend(group.Next!);
        return new PoolOperation(group.Build(), isMax: false, new PoolQuantization(source.Scale, source.ZeroPoint, output.Scale, output.ZeroPoint));
    }

    private static bool AveragesSpatialAxes(Node node, int rank)
    {
        if (node.Input(1)?.Constant is not { } axes || axes.ElementCount != rank - 2)
            return false;
        long[] sorted = [.. axes.ToInt64Array().Select(a => a < 0 ? a + rank : a).Order()];
        return sorted.Select((axis, i) => axis == i + 2).All(matches => matches);
    }
}
