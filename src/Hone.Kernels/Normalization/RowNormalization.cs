using System.Runtime.Intrinsics;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Normalization;

/// <summary>Functions of whole fp32 rows: softmax, log-softmax, layer and root-mean-square normalization.</summary>
/// <remarks>Sums run over 16 fixed partial sums whatever the width, so a row gives the same bits on every tier that has a fused
/// multiply-add.</remarks>
public static unsafe class RowNormalization
{
    /// <summary>y = e^(x - max) / sum of e^(x - max).</summary>
    /// <param name="x">[count] input row.</param>
    /// <param name="y">[count] output row; may be <paramref name="x"/> itself.</param>
    /// <param name="count">Elements of the row, at least 1.</param>
    public static void Softmax(float* x, float* y, int count) => Dispatch(RowFunction.Softmax, x, y, count, null, null, 0);

    /// <summary>y = x - max - log(sum of e^(x - max)).</summary>
    /// <param name="x">[count] input row.</param>
    /// <param name="y">[count] output row; may be <paramref name="x"/> itself.</param>
    /// <param name="count">Elements of the row, at least 1.</param>
    public static void LogSoftmax(float* x, float* y, int count) => Dispatch(RowFunction.LogSoftmax, x, y, count, null, null, 0);

    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * gain + bias; the variance is the mean squared distance from the mean.</summary>
    /// <param name="x">[count] input row.</param>
    /// <param name="y">[count] output row; may be <paramref name="x"/> itself.</param>
    /// <param name="count">Elements of the row, at least 1.</param>
    /// <param name="gain">[count], or null for ones.</param>
    /// <param name="bias">[count], or null for zeros.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static void Layer(float* x, float* y, int count, float* gain, float* bias, float epsilon) =>
        Dispatch(RowFunction.Layer, x, y, count, gain, bias, epsilon);

    /// <summary>y = x / sqrt(mean of squares + epsilon) * gain.</summary>
    /// <param name="x">[count] input row.</param>
    /// <param name="y">[count] output row; may be <paramref name="x"/> itself.</param>
    /// <param name="count">Elements of the row, at least 1.</param>
    /// <param name="gain">[count], or null for ones.</param>
    /// <param name="epsilon">Added to the mean of squares.</param>
    public static void RootMeanSquare(float* x, float* y, int count, float* gain, float epsilon) =>
        Dispatch(RowFunction.RootMeanSquare, x, y, count, gain, null, epsilon);

    private static void Dispatch(RowFunction function, float* x, float* y, int count, float* gain, float* bias, float epsilon)
    {
        switch (VectorWidth.Default)
        {
            case 512: RowVectors<Simd512, Vector512<float>, Vector512<int>>.Run(function, x, y, count, gain, bias, epsilon); break;
            case 256: RowVectors<Simd256, Vector256<float>, Vector256<int>>.Run(function, x, y, count, gain, bias, epsilon); break;
            default: RowVectors<Simd128, Vector128<float>, Vector128<int>>.Run(function, x, y, count, gain, bias, epsilon); break;
        }
    }
}
