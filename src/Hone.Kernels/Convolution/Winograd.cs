using System.Runtime.CompilerServices;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Convolution;

/// <summary>
/// The transforms of F(m x m, 3 x 3) for m = 2 (points 0, 1, -1) and m = 4 (points 0, 1, -1, 1/2, -2), infinity included (Lavin and Gray,
/// "Fast algorithms
/// for convolutional neural networks", section 4; points after Barabasz et al., "Error analysis and improving the accuracy of Winograd
/// convolution").
/// </summary>
/// <remarks>With M(x) the product of (x - point), the data rows are the coefficients of M(x) / (x - point), whose common factors are
/// computed once.</remarks>
internal static unsafe class Winograd<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    /// <summary>Data transform of one line: 4 values for m = 2, 6 for m = 4; in and out are strided by vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Data(int m, float* source, int sourceStep, float* target, int targetStep)
    {
        V d0 = S.Load(source), d1 = S.Load(source + sourceStep), d2 = S.Load(source + 2 * sourceStep), d3 = S.Load(source + 3 * sourceStep);
        if (m == 2)
        {
            S.Store(S.Subtract(d2, d0), target);
            S.Store(S.Add(d2, d1), target + targetStep);
            S.Store(S.Subtract(d2, d1), target + 2 * targetStep);
            S.Store(S.Subtract(d3, d1), target + 3 * targetStep);
            return;
        }

        V d4 = S.Load(source + 4 * sourceStep), d5 = S.Load(source + 5 * sourceStep), c = S.Create(1.5f);

        // e: x^2 + 3/2 x - 1 = (x - 1/2)(x + 2); f: x^2 - 1.
        V e0 = S.FusedMultiplyAdd(d1, c, S.Subtract(d2, d0)), e1 = S.FusedMultiplyAdd(d2, c, S.Subtract(d3, d1));
        V f2 = S.Subtract(d4, d2), f1 = S.Subtract(d3, d1);
        V e2 = S.FusedMultiplyAdd(d3, c, f2), e3 = S.FusedMultiplyAdd(d4, c, S.Subtract(d5, d3));
        S.Store(S.Subtract(e2, e0), target);
        S.Store(S.Add(e2, e1), target + targetStep);
        S.Store(S.Subtract(e2, e1), target + 2 * targetStep);
        S.Store(S.FusedMultiplyAdd(f1, S.Create(2f), f2), target + 3 * targetStep);
        S.Store(S.FusedMultiplyAdd(f1, S.Create(-0.5f), f2), target + 4 * targetStep);
        S.Store(S.Subtract(e3, e1), target + 5 * targetStep);
    }

    /// <summary>Output transform of one line: 4 values to 2, or 6 to 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Output(int m, float* source, nint sourceStep, float* target, int targetStep)
    {
        V m0 = S.Load(source), m1 = S.Load(source + sourceStep), m2 = S.Load(source + 2 * sourceStep), m3 = S.Load(source + 3 * sourceStep);
        V sum = S.Add(m1, m2), difference = S.Subtract(m1, m2);
        if (m == 2)
        {
            S.Store(S.Add(m0, sum), target);
            S.Store(S.Add(difference, m3), target + targetStep);
            return;
        }

        V m4 = S.Load(source + 4 * sourceStep), m5 = S.Load(source + 5 * sourceStep);
        S.Store(S.Add(S.Add(m0, sum), S.Add(m3, m4)), target);
        S.Store(S.FusedMultiplyAdd(m4, S.Create(-2f), S.FusedMultiplyAdd(m3, S.Create(0.5f), difference)), target + targetStep);
        S.Store(S.FusedMultiplyAdd(m4, S.Create(4f), S.FusedMultiplyAdd(m3, S.Create(0.25f), sum)), target + 2 * targetStep);
        V last = S.FusedMultiplyAdd(m4, S.Create(-8f), S.FusedMultiplyAdd(m3, S.Create(0.125f), difference));
        S.Store(S.Add(last, m5), target + 3 * targetStep);
    }
}
