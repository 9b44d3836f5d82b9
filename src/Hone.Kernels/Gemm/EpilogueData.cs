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
}
