using Hone.Tensors;

namespace Hone.Operators.ControlFlow;

/// <summary>Hands out the slices of a scan input one after the other.</summary>
internal sealed class ScanInput
{
    private readonly EvaluationContext _context;
    private readonly Tensor _tensor;
    private readonly int _axis;
    private readonly bool _reverse;

    internal ScanInput(EvaluationContext context, int input, long axis, bool reverse)
    {
        _context = context;
        _tensor = context.Input(input);
        _axis = context.NormalizeAxis(axis, _tensor.Shape.Rank);
        _reverse = reverse;
    }

    /// <value>Number of slices.</value>
    internal long Count => _tensor.Shape[_axis];

    /// <summary>A copy of the slice of one iteration.</summary>
    internal Tensor Slice(long iteration)
    {
        Tensor slice = new(_tensor.DataType, new TensorShape(_tensor.Shape.Where((_, a) => a != _axis).ToArray()));
        long index = _reverse ? Count - 1 - iteration : iteration;
        switch (slice.DataType.BitWidth())
        {
            case 0: Copy<string>(slice, index); break;
            case 8: Copy<byte>(slice, index); break;
            case 16: Copy<ushort>(slice, index); break;
            case 32: Copy<uint>(slice, index); break;
            case 64: Copy<ulong>(slice, index); break;
            default: throw _context.Error($"a scan input is {slice.DataType.DisplayName()}, which cannot be sliced.");
        }

        return slice;
    }

    private void Copy<T>(Tensor slice, long index)
    {
        long[] strides = _tensor.Shape.Strides();
        long[] sliceStrides = strides.Where((_, a) => a != _axis).ToArray();
        StridedCopy.Gather(slice.Shape, RawElements.Of<T>(_tensor), index * strides[_axis], sliceStrides, RawElements.Of<T>(slice));
    }
}
