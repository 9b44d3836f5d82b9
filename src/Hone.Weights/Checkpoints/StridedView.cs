using System.Runtime.CompilerServices;
using Hone.Tensors;

namespace Hone.Weights.Checkpoints;

/// <summary>Copies a strided view into a dense tensor.</summary>
internal static unsafe class StridedView
{
    /// <param name="stored">The elements from the first to the last of the view, one-dimensional.</param>
    /// <param name="shape">Of the view; not empty.</param>
    /// <param name="strides">Within <paramref name="stored"/>, in elements.</param>
    internal static Tensor Gather(Tensor stored, TensorShape shape, IReadOnlyList<long> strides)
    {
        int width = stored.DataType.BitWidth() / 8;
        Tensor result = new(stored.DataType, shape);
        byte* source = (byte*)stored.Pointer;
        byte* destination = (byte*)result.Pointer;
        long[] index = new long[shape.Rank];
        long place = 0;
        for (long i = 0; i < shape.ElementCount; i++)
        {
            Unsafe.CopyBlockUnaligned(destination + i * width, source + place * width, (uint)width);
            for (int axis = shape.Rank - 1; axis >= 0; axis--)
            {
                place += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                place -= index[axis] * strides[axis];
                index[axis] = 0;
            }
        }

        GC.KeepAlive(stored);
        return result;
    }
}
