using System.Runtime.InteropServices;

namespace Hone.Kernels.Gemm;

/// <summary>Constants of an epilogue, in native memory that the operator owns. Emitted code reads the fields by offset.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EpilogueData
{
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

    /// <summary>True if the lower bound is the smallest code of the type, to which packing saturates anyway.</summary>
    internal readonly bool SaturatesLow => Low == -ZeroPoint;

    /// <summary>Fills in what follows from the other fields of an 8-bit epilogue.</summary>
    internal void Derive()
    {
        OwnZeroPoint = ZeroPoint - OutputFlip;
        OwnSumZeroPoint = SumZeroPoint - OutputFlip;
        PackedZeroPoint = Pair(OwnZeroPoint);
        PackedSumZeroPoint = Pair(OwnSumZeroPoint);
        OwnResidualZeroPoint = ResidualZeroPoint - ResidualFlip;
        LowInteger = (int)Low;
    }

    private static int Pair(int value) => (value << 16) | (value & 0xFFFF);
}
