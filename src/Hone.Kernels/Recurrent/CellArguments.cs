namespace Hone.Kernels.Recurrent;

/// <summary>Neighbouring blocks of one sequence at one step. States of all blocks lie side by side.</summary>
internal unsafe struct CellArguments
{
    /// <summary>Products of the input and all biases that need no product of their own: [blocks][gates][units].</summary>
    internal float* InputSums;

    /// <summary>Products of the hidden state: [blocks][gates of the product][units]; overwritten.</summary>
    internal float* HiddenSums;

    /// <summary>[blocks * units] hidden state before the step.</summary>
    internal float* Hidden;

    /// <summary>[blocks * units] hidden state after the step.</summary>
    internal float* NewHidden;

    /// <summary>[blocks * units] cell state of an LSTM, replaced; the reset hidden state of a unit that resets first.</summary>
    internal float* Cell;

    /// <summary>[blocks * units] of the input gate, or null; those of output and forget gate follow at multiples of the stride.</summary>
    internal float* Peepholes;

    internal nint PeepholeStride;

    /// <summary>Units of a block.</summary>
    internal int Units;

    internal int Blocks;

    /// <summary>Elements from block to block of <see cref="InputSums"/>.</summary>
    internal nint InputStride;

    /// <summary>Elements from block to block of <see cref="HiddenSums"/>.</summary>
    internal nint SumStride;

    /// <summary>Bound of what goes into an activation; infinite for none.</summary>
    internal float Clip;
}
