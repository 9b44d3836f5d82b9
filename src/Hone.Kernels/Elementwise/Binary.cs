using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Elementwise;

/// <summary>fp32 functions of two values over contiguous memory; either side may be one value for all.</summary>
public static unsafe class Binary
{
    /// <summary>y[i] = f(a[i], b[i]), where a side that is a scalar gives its one value to all.</summary>
    /// <param name="operation">The function.</param>
    /// <param name="a">[count], or [1] if <paramref name="aIsScalar"/>.</param>
    /// <param name="aIsScalar">True if <paramref name="a"/> is one value.</param>
    /// <param name="b">[count], or [1] if <paramref name="bIsScalar"/>.</param>
    /// <param name="bIsScalar">True if <paramref name="b"/> is one value.</param>
    /// <param name="y">[count] output; may be <paramref name="a"/> or <paramref name="b"/> itself, may not otherwise overlap them.</param>
    /// <param name="count">Number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The operation is not a member of the enumeration.</exception>
    public static void Run(BinaryOperation operation, float* a, bool aIsScalar, float* b, bool bIsScalar, float* y, nint count)
    {
        switch (operation)
        {
            case BinaryOperation.Add: Run<BinaryOperators.AddOperator>(a, aIsScalar, b, bIsScalar, y, count); break;
            case BinaryOperation.Subtract: Run<BinaryOperators.SubtractOperator>(a, aIsScalar, b, bIsScalar, y, count); break;
            case BinaryOperation.Multiply: Run<BinaryOperators.MultiplyOperator>(a, aIsScalar, b, bIsScalar, y, count); break;
            case BinaryOperation.Divide: Run<BinaryOperators.DivideOperator>(a, aIsScalar, b, bIsScalar, y, count); break;
            case BinaryOperation.Min: Run<BinaryOperators.MinOperator>(a, aIsScalar, b, bIsScalar, y, count); break;
            case BinaryOperation.Max: Run<BinaryOperators.MaxOperator>(a, aIsScalar, b, bIsScalar, y, count); break;
            case BinaryOperation.PRelu: Run<BinaryOperators.PReluOperator>(a, aIsScalar, b, bIsScalar, y, count); break;
            case BinaryOperation.SquaredDifference: Run<BinaryOperators.SquaredDifferenceOperator>(a, aIsScalar, b, bIsScalar, y, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a binary operation.");
        }
    }

    private static void Run<TOperator>(float* a, bool aIsScalar, float* b, bool bIsScalar, float* y, nint count)
        where TOperator : struct, IBinaryOperator
    {
        switch (VectorWidth.Default)
        {
            case 512: Loop<TOperator, Simd512, Vector512<float>, Vector512<int>>(a, aIsScalar, b, bIsScalar, y, count); break;
            case 256: Loop<TOperator, Simd256, Vector256<float>, Vector256<int>>(a, aIsScalar, b, bIsScalar, y, count); break;
            default: Loop<TOperator, Simd128, Vector128<float>, Vector128<int>>(a, aIsScalar, b, bIsScalar, y, count); break;
        }
    }

    [SkipLocalsInit]
    private static void Loop<TOperator, S, V, I>(float* a, bool aIsScalar, float* b, bool bIsScalar, float* y, nint count)
        where TOperator : struct, IBinaryOperator
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        if (count == 0)
        {
            return;
        }

        V sa = S.Create(*a), sb = S.Create(*b);
        nint i = 0;
        if (!aIsScalar && !bIsScalar)
        {
            for (; i + S.Count <= count; i += S.Count)
            {
                S.Store(TOperator.Invoke<S, V, I>(S.Load(a + i), S.Load(b + i)), y + i);
            }
        }
        else
        {
            for (; i + S.Count <= count; i += S.Count)
            {
                S.Store(TOperator.Invoke<S, V, I>(aIsScalar ? sa : S.Load(a + i), bIsScalar ? sb : S.Load(b + i)), y + i);
            }
        }

        if (i < count)
        {
            float* padded = stackalloc float[32];
            int left = (int)(count - i);
            new Span<float>(padded, 32).Clear();
            new Span<float>(aIsScalar ? a : a + i, aIsScalar ? 1 : left).CopyTo(new Span<float>(padded, left));
            new Span<float>(bIsScalar ? b : b + i, bIsScalar ? 1 : left).CopyTo(new Span<float>(padded + 16, left));
            V va = aIsScalar ? sa : S.Load(padded), vb = bIsScalar ? sb : S.Load(padded + 16);
            S.Store(TOperator.Invoke<S, V, I>(va, vb), padded);
            new Span<float>(padded, left).CopyTo(new Span<float>(y + i, left));
        }
    }
}
