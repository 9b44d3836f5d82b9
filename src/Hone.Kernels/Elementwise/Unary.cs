using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Elementwise;

/// <summary>fp32 functions of one value over contiguous memory.</summary>
/// <remarks>A value gives the same bits wherever it stands in the array and however long the array is.</remarks>
public static unsafe class Unary
{
    /// <summary>y[i] = f(x[i]).</summary>
    /// <param name="activation">The function and its parameters.</param>
    /// <param name="x">[count] input.</param>
    /// <param name="y">[count] output; may be <paramref name="x"/> itself, may not otherwise overlap it.</param>
    /// <param name="count">Number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The operation is not a member of the enumeration.</exception>
    public static void Run(Activation activation, float* x, float* y, nint count)
    {
        float alpha = activation.Alpha, beta = activation.Beta;
        switch (activation.Operation)
        {
            case UnaryOperation.Identity: Run<UnaryOperators.IdentityOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Relu: Run<UnaryOperators.ReluOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Clip: Run<UnaryOperators.ClipOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.LeakyRelu: Run<UnaryOperators.LeakyReluOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.HardSwish: Run<UnaryOperators.HardSwishOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.HardSigmoid: Run<UnaryOperators.HardSigmoidOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Sigmoid: Run<UnaryOperators.SigmoidOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Silu: Run<UnaryOperators.SiluOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Gelu: Run<UnaryOperators.GeluOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.GeluTanh: Run<UnaryOperators.GeluTanhOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Tanh: Run<UnaryOperators.TanhOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Elu: Run<UnaryOperators.EluOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Softplus: Run<UnaryOperators.SoftplusOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Mish: Run<UnaryOperators.MishOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Softsign: Run<UnaryOperators.SoftsignOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Abs: Run<UnaryOperators.AbsOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Negate: Run<UnaryOperators.NegateOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Sqrt: Run<UnaryOperators.SqrtOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Reciprocal: Run<UnaryOperators.ReciprocalOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Square: Run<UnaryOperators.SquareOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Floor: Run<UnaryOperators.FloorOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Ceiling: Run<UnaryOperators.CeilingOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Round: Run<UnaryOperators.RoundOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Sign: Run<UnaryOperators.SignOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Exp: Run<UnaryOperators.ExpOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Log: Run<UnaryOperators.LogOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Erf: Run<UnaryOperators.ErfOperator>(x, y, count, alpha, beta); break;
            case UnaryOperation.Affine: Run<UnaryOperators.AffineOperator>(x, y, count, alpha, beta); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not a unary operation.");
        }
    }

    private static void Run<TOperator>(float* x, float* y, nint count, float alpha, float beta)
        where TOperator : struct, IUnaryOperator
    {
        switch (VectorWidth.Default)
        {
            case 512: Loop<TOperator, Simd512, Vector512<float>, Vector512<int>>(x, y, count, alpha, beta); break;
            case 256: Loop<TOperator, Simd256, Vector256<float>, Vector256<int>>(x, y, count, alpha, beta); break;
            default: Loop<TOperator, Simd128, Vector128<float>, Vector128<int>>(x, y, count, alpha, beta); break;
        }
    }

    [SkipLocalsInit]
    private static void Loop<TOperator, S, V, I>(float* x, float* y, nint count, float alpha, float beta)
        where TOperator : struct, IUnaryOperator
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        V a = S.Create(alpha), b = S.Create(beta);
        nint i = 0;
        for (; i + S.Count <= count; i += S.Count)
        {
            S.Store(TOperator.Invoke<S, V, I>(S.Load(x + i), a, b), y + i);
        }

        if (i < count)
        {
            float* padded = stackalloc float[16];
            int left = (int)(count - i);
            new Span<float>(x + i, left).CopyTo(new Span<float>(padded, left));
            new Span<float>(padded + left, S.Count - left).Clear();
            S.Store(TOperator.Invoke<S, V, I>(S.Load(padded), a, b), padded);
            new Span<float>(padded, left).CopyTo(new Span<float>(y + i, left));
        }
    }
}
