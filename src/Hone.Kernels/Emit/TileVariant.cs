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
    internal static TileVariant Of(in EpilogueData epilogue, int rows, int vectors, bool hasTail)
    {
        bool codes = epilogue.Kind is EpilogueKind.Requantize or EpilogueKind.RequantizeResidual;

        // The saturating packs clamp to the range of the type; beyond +-2^31 the conversion gives the smallest integer, hence the upper
        // clamp always.
        bool low = codes ? !epilogue.SaturatesLow : epilogue.Low > float.NegativeInfinity;
        bool high = codes || epilogue.High < float.PositiveInfinity;
        return new(rows, vectors, hasTail, epilogue.Kind, low, high, epilogue.OutputFlip != 0, epilogue.ResidualFlip != 0);
    }
}
