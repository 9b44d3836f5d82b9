using Hone.Graphs;
using Hone.Kernels.Layout;
using Hone.Kernels.Memory;
using Hone.Runtime.Execution;
using Hone.Tensors;

namespace Hone.Runtime.Planning;

internal sealed unsafe partial class PlanBuilder
{
    /// <summary>Copies a value to the layout in which it is not yet; a value that lies the same in both is only given a second name.</summary>
    private Operand Turn(Value value, Layout layout)
    {
        if (ConstantOf(value) is { } tensor)
            return PlaceConstant(value, tensor, layout);
        if (_tokenPlaces.ContainsKey(value) && !_places.ContainsKey((value, Layout.RowMajor)) && !_places.ContainsKey((value, Layout.ChannelsLast)))
        {
            Operand restored = RestorePadding(value);
            return layout == Layout.RowMajor ? restored : Turn(value, layout);
        }

        Operand source = _places[(value, layout == Layout.RowMajor ? Layout.ChannelsLast : Layout.RowMajor)];
        if (LayoutShapes.IsSameInBoth(source.Shape) && source.IsContiguous)
            return Place(value, layout, source.Buffer, source.Offset);
        Operand target = Place(value, layout, NewBuffer(source.ByteCount));
        AddStep(layout == Layout.RowMajor ? "turn-nhwc-nchw" : "turn-nchw-nhwc", [source, target], TurnAction(source, target), value.Name);
        return target;
    }

    private static StepAction TurnAction(Operand source, Operand target)
    {
        TensorShape shape = source.Shape;
        int batch = checked((int)shape[0]), channels = checked((int)shape[1]), pixels = checked((int)LayoutShapes.Pixels(shape));
        int size = source.DataType.BitWidth() / 8;
        bool toLast = target.Layout == Layout.ChannelsLast;
        nint stride = (nint)(toLast ? target : source).PixelStride;
        TurnJob job = new() { ToLast = toLast, Size = size, Channels = channels, Pixels = pixels, Stride = stride };
        return frame =>
        {
            TurnJob run = job;
            run.Source = frame[source];
            run.Target = frame[target];
            run.Run(frame, batch);
        };
    }

    private Operand PlaceConstant(Value value, Tensor tensor, Layout layout)
    {
        if (layout == Layout.RowMajor || LayoutShapes.IsSameInBoth(tensor.Shape))
        {
            PlannedBuffer direct = new() { Kind = BufferKind.Constant, Address = tensor.Pointer, ByteCount = tensor.ByteCount };
            _constants.Add(tensor);
            return Place(value, layout, direct);
        }

        NativeBuffer turned = Own(new NativeBuffer(tensor.ByteCount));
        TurnJob job = new()
        {
            ToLast = true, Size = tensor.DataType.BitWidth() / 8, Channels = checked((int)tensor.Shape[1]), Pixels = checked((int)LayoutShapes.Pixels(tensor.Shape)),
            Stride = (nint)tensor.Shape[1], Source = (byte*)tensor.Pointer, Target = turned.Pointer,
        };
        for (int n = 0; n < tensor.Shape[0]; n++)
            job.TurnImage(n, 0, job.Pixels);
        return Place(value, layout, new PlannedBuffer { Kind = BufferKind.Constant, Address = (nint)turned.Pointer, ByteCount = tensor.ByteCount });
    }

    /// <summary>A copy of a strided map with its pixels next to each other.</summary>
    private Operand Compact(Operand source)
    {
        Operand target = AddOperand(source.Value, source.DataType, source.Shape, source.Layout, NewBuffer(source.ByteCount), 0, source.Shape[1]);
        _places[(source.Value!, source.Layout)] = target;
        target.Buffer.PendingReads = _pendingReads.GetValueOrDefault(source.Value!);
        nint size = source.DataType.BitWidth() / 8, rowBytes = (nint)source.Shape[1] * size, stride = (nint)source.PixelStride * size;
        nint rows = (nint)(source.Shape[0] * LayoutShapes.Pixels(source.Shape));
        AddStep("copy-rows", [source, target], frame => StridedCopy.Rows(frame[source], stride, frame[target], rowBytes, rowBytes, rows), source.Value!.Name);
        return target;
    }
}
