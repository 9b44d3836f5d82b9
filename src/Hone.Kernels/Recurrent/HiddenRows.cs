namespace Hone.Kernels.Recurrent;

/// <summary>Hidden states of a step in the form that panels multiply.</summary>
internal unsafe struct HiddenRows
{
    /// <summary>The first row.</summary>
    internal byte* First;

    /// <summary>Bytes from row to row.</summary>
    internal nint Stride;

    /// <summary>The block that <see cref="Bias"/> and <see cref="Multipliers"/> begin with.</summary>
    internal int FirstBlock;

    /// <summary>Of 8-bit rows: [blocks][columns], what the zero point takes from each sum.</summary>
    internal int* Bias;

    /// <summary>Of 8-bit rows: [blocks][columns], what a sum is multiplied by.</summary>
    internal float* Multipliers;
}
