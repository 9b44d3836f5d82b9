using System.Runtime.InteropServices;

namespace Hone.Kernels.Gemm;

/// <summary>Constants of an epilogue, in native memory that the operator owns. Emitted code reads the fields by offset.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EpilogueData
{
    private const float MostBounded = 1 << 30;

    internal EpilogueKind Kind;

    /// <summary>Lower clamp: of the fp32 result, or of the code minus its zero point.</summary>
    internal float Low;

    /// <summary>Upper clamp, likewise.</summary>
    internal float High;

    /// <summary>Added to the rounded product.</summary>
    internal int ZeroPoint;

    /// <summary>0, or 0x80 to write (or, for the residual, to read) signed codes.</summary>
    internal int OutputFlip;

    internal int ResidualFlip;

    /// <summary>Scale of the convolution's own 8-bit result.</summary>
    internal float Scale;

    internal float ResidualScale;

    /// <summary>Zero point of the residual, unsigned domain.</summary>
    internal int ResidualZeroPoint;

    /// <summary>Scale of the sum.</summary>
    internal float SumScale;

    internal float SumLow;
    internal float SumHigh;
    internal int SumZeroPoint;

    /// <summary>Zero points in the domain of the output's own type, and the same twice in 16 bits: what emitted code adds.</summary>
    internal int OwnZeroPoint;
    internal int PackedZeroPoint;
    internal int OwnSumZeroPoint;
    internal int PackedSumZeroPoint;

    /// <summary>Zero point of the residual in the domain of its own type.</summary>
    internal int OwnResidualZeroPoint;

    /// <summary><see cref="Low"/> of codes as an integer.</summary>
    internal int LowInteger;

    /// <summary>1 if no product in float, before its clamp, leaves the range of int32, whatever the input; else 0.</summary>
    internal int IsBounded;

    /// <summary>The same of a sum with the residual.</summary>
    internal int IsSumBounded;

    /// <summary>1 / <see cref="SumScale"/>, or 0 where a division with its help might not round as a division does.</summary>
    internal float Reciprocal;

    /// <summary>1 if the sum with the residual may be taken by <see cref="SumFactors"/>, with the factors in the next fields; else 0.</summary>
    internal int HasFactors;

    internal float FactorA;
    internal float FactorB;
    internal float FactorC;

    /// <summary>True if the lower bound is the smallest code of the type, to which packing saturates anyway.</summary>
    internal readonly bool SaturatesLow => Low == -ZeroPoint;

    /// <summary>True if the upper bound is the largest code of the type.</summary>
    internal readonly bool SaturatesHigh => High == 255 - ZeroPoint;

    internal readonly bool SaturatesSumLow => SumLow == -SumZeroPoint;

    internal readonly bool SaturatesSumHigh => SumHigh == 255 - SumZeroPoint;

    /// <summary>Fills in what follows from the other fields of an 8-bit epilogue.</summary>
    internal void Derive()
    {
        OwnZeroPoint = ZeroPoint - OutputFlip;
        OwnSumZeroPoint = SumZeroPoint - OutputFlip;
        PackedZeroPoint = Pair(OwnZeroPoint);
        PackedSumZeroPoint = Pair(OwnSumZeroPoint);
        OwnResidualZeroPoint = ResidualZeroPoint - ResidualFlip;
        LowInteger = (int)Low;
        bool sums = Kind == EpilogueKind.RequantizeResidual;
        IsSumBounded = sums && 256 * (Math.Abs(Scale) + Math.Abs(ResidualScale)) < MostBounded * Math.Abs(SumScale) ? 1 : 0;

        if (sums && IsSumBounded != 0 && SaturatesSumLow && SaturatesSumHigh && SumFactors.Find(this) is { } factors)
        {
            (HasFactors, FactorA, FactorB, FactorC) = (1, factors.A, factors.B, factors.C);
        }

        // Markstein: a quotient from the correctly rounded reciprocal and one exact remainder is correctly rounded, as long as nothing underflows.
        Reciprocal = sums && IsModerate(Scale) && IsModerate(ResidualScale) && IsModerate(SumScale) ? 1 / SumScale : 0;
    }

    /// <summary>Finds out whether products of u8 input can leave the range of int32 once they are multiplied.</summary>
    /// <param name="bias">Per column, with the zero point folded in.</param>
    /// <param name="multipliers">Per column.</param>
    /// <param name="depth">Products per sum.</param>
    internal void Bound(ReadOnlySpan<int> bias, ReadOnlySpan<float> multipliers, int depth)
    {
        double most = 0;
        for (int i = 0; i < multipliers.Length; i++)
        {
            double sum = 255.0 * 128 * depth + (bias.IsEmpty ? 0 : Math.Abs((double)bias[i]));
            most = Math.Max(most, sum * Math.Abs((double)multipliers[i]));
        }

        IsBounded = most < MostBounded ? 1 : 0;
    }

    private static bool IsModerate(float scale) => scale is > 1e-12f and < 1e12f;

    private static int Pair(int value) => (value << 16) | (value & 0xFFFF);
}
