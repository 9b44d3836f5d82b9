using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>Checks the shapes of a matrix product before TorchSharp makes it.</summary>
/// <remarks>TorchSharp 0.107 does not catch libtorch's error in <c>THSTensor_matmul</c>: wrong shapes would end the process.</remarks>
internal static class MatMulGuard
{
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Check(Tensor left, Tensor right)
    {
        long[] a = left.shape;
        long[] b = right.shape;
        if (a.Length == 0 || b.Length == 0)
            throw new ArgumentException("matmul needs tensors of at least one dimension.");
        long inner = b[Math.Max(b.Length - 2, 0)];
        bool fits = a[^1] == inner && left.dtype == right.dtype;
        for (int i = 3; i <= Math.Min(a.Length, b.Length); i++)
            fits &= a[^i] == b[^i] || a[^i] == 1 || b[^i] == 1;
        if (!fits)
            throw new ArgumentException($"matmul of {left.dtype} [{string.Join(", ", a)}] and {right.dtype} [{string.Join(", ", b)}]: the shapes or types do not fit.");
    }
}
