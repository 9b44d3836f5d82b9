namespace Hone.Kernels.Recurrent;

/// <summary>One block of one sequence at one step; all arrays have as many elements per gate as the block has units.</summary>
internal unsafe struct CellArguments
{
    /// <summary>Products of the input and all biases that need no product of their own: [gates][units].</summary>
    internal float* InputSums;

    /// <summary>Products of the hidden state: [gates of the product][units].</summary>
    internal float* HiddenSums;

    /// <summary>[units] hidden state before the step.</summary>
    internal float* Hidden;

    /// <summary>[units] hidden state after the step.</summary>
    internal float* NewHidden;

    /// <summary>[units] cell state of an LSTM, replaced; the reset hidden state of a unit that resets first.</summary>
    internal float* Cell;

    /// <summary>[units] of the input gate, or null; those of output and forget gate follow at multiples of the stride.</summary>
    internal float* Peepholes;

    internal nint PeepholeStride;
    internal int Units;

    /// <summary>Bound of what goes into an activation; infinite for none.</summary>
    internal float Clip;
}
