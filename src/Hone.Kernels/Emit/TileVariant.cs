using Hone.Kernels.Gemm;

namespace Hone.Kernels.Emit;

/// <summary>What is fixed in the code of one emitted tile kernel; everything else is read from its arguments.</summary>
/// <param name="Rows">Rows per tile.</param>
/// <param name="Vectors">Vectors per strip.</param>
/// <param name="HasTail">True if the last vector of the strip is not full.</param>
/// <param name="Kind">The epilogue.</param>
/// <param name="ClampsLow">True if the result needs the lower clamp.</param>
/// <param name="ClampsHigh">True if the result needs the upper clamp.</param>
/// <param name="IsOutputSigned">True for s8 output.</param>
/// <param name="IsResidualSigned">True for an s8 residual.</param>
internal readonly record struct TileVariant(
    int Rows, int Vectors, bool HasTail, EpilogueKind Kind, bool ClampsLow, bool ClampsHigh, bool IsOutputSigned, bool IsResidualSigned)
{
    /// <summary>True if the codes that are written, or those of the residual, have a zero point other than 0.</summary>
    internal bool HasZeroPoint { get; init; } = true;

    internal bool HasResidualZeroPoint { get; init; } = true;

    /// <summary>True if the clamps of a product may compare the bits of floats: no product is NaN, and 0 is within the bounds.</summary>
    internal bool ClampsAsIntegers { get; init; }

    /// <summary>True if the sum with the residual needs its clamps.</summary>
    internal bool ClampsSumLow { get; init; } = true;

    internal bool ClampsSumHigh { get; init; } = true;

    /// <summary>True if the sum is divided by its scale with the help of the scale's reciprocal.</summary>
    internal bool HasReciprocal { get; init; }

    /// <summary>True if the sum is taken by <see cref="SumFactors"/>, zero points included.</summary>
    internal bool HasFactors { get; init; }

    /// <summary>True if the last steps are taken row by row, so that the epilogue of one row runs beside the sums of the next: every tap
    /// has that many steps.</summary>
    internal bool Overlaps { get; init; }

    /// <summary>Steps of a strip so short that all of it stays in registers while row after row goes by; 0 for any other.</summary>
    internal int ResidentSteps { get; init; }

    /// <summary>True if the rows of resident code lie at equal distances, so that there is no table of addresses.</summary>
    internal bool HasStrides { get; init; }

    /// <summary>Cache lines at <see cref="TileArguments.Next"/> that every step asks the second-level cache for.</summary>
    internal int FetchedLines { get; init; }

    /// <summary>True if the columns of the last vector fit half of it: fp32 sums of 512-bit code only.</summary>
    internal bool HasHalf { get; init; }

    internal static TileVariant Of(in EpilogueData epilogue, int rows, int vectors, bool hasTail)
    {
        bool codes = epilogue.Kind is EpilogueKind.Requantize or EpilogueKind.RequantizeResidual;
        bool sums = epilogue.Kind == EpilogueKind.RequantizeResidual;

        // The saturating packs clamp to the range of the type; beyond +-2^31 the conversion gives the smallest integer, hence the upper
        // clamp unless no sum gets there. The codes of a product that is added further are clamped before.
        bool low = codes ? sums || !epilogue.SaturatesLow : epilogue.Low > float.NegativeInfinity;
        bool high = codes ? sums || epilogue.IsBounded == 0 || !epilogue.SaturatesHigh : epilogue.High < float.PositiveInfinity;
        return new(rows, vectors, hasTail, epilogue.Kind, low, high, epilogue.OutputFlip != 0, epilogue.ResidualFlip != 0)
        {
            HasZeroPoint = codes && (sums ? epilogue.OwnSumZeroPoint : epilogue.OwnZeroPoint) != 0,
            ClampsAsIntegers = codes && (low || high) && epilogue.IsBounded != 0 && epilogue.Low < 0 && epilogue.High >= 0,
            HasResidualZeroPoint = sums && epilogue.OwnResidualZeroPoint != 0,
            ClampsSumLow = sums && (epilogue.IsSumBounded == 0 || !epilogue.SaturatesSumLow),
            ClampsSumHigh = sums && (epilogue.IsSumBounded == 0 || !epilogue.SaturatesSumHigh),
            HasFactors = sums && epilogue.HasFactors != 0,
            HasReciprocal = sums && epilogue.Reciprocal != 0,
        };
    }
}
