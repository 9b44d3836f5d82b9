using Hone.Kernels.Threading;

namespace Hone.Kernels.Recurrent;

/// <summary>Where a recurrent layer reads and writes; strides in elements.</summary>
public unsafe struct RecurrentArguments
{
    /// <summary>Steps of the longest sequence.</summary>
    public int Steps { get; set; }

    /// <summary>Number of sequences.</summary>
    public int Batch { get; set; }

    /// <summary>Input rows, one for each step of each sequence, without gaps.</summary>
    public float* Input { get; set; }

    /// <summary>True if rows lie sequence after sequence, false if step after step; holds for the input only.</summary>
    public bool IsBatchFirst { get; set; }

    /// <summary>[batch] lengths between 0 and <see cref="Steps"/>, or null where all are as long as that.</summary>
    public int* Lengths { get; set; }

    /// <summary>First hidden state of direction 0 of sequence 0, or null for zeros.</summary>
    public float* InitialHidden { get; set; }

    /// <summary>First cell state, laid out as the hidden one, or null for zeros.</summary>
    public float* InitialCell { get; set; }

    /// <summary>Hidden states of all steps, or null where nobody reads them; zeros after the end of a sequence.</summary>
    public float* Output { get; set; }

    /// <summary>Elements of the output from step to step.</summary>
    public nint OutputStepStride { get; set; }

    /// <summary>Elements of the output from sequence to sequence.</summary>
    public nint OutputBatchStride { get; set; }

    /// <summary>Elements of the output from direction to direction.</summary>
    public nint OutputDirectionStride { get; set; }

    /// <summary>Last hidden states, or null.</summary>
    public float* LastHidden { get; set; }

    /// <summary>Last cell states, or null.</summary>
    public float* LastCell { get; set; }

    /// <summary>Elements of initial and last states from sequence to sequence.</summary>
    public nint StateBatchStride { get; set; }

    /// <summary>Elements of initial and last states from direction to direction.</summary>
    public nint StateDirectionStride { get; set; }

    /// <summary><see cref="RecurrentLayer.ScratchBytes"/> bytes, aligned to 64.</summary>
    public byte* Scratch { get; set; }

    /// <summary>Threads to work with; null: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Pool { get; set; }

    /// <summary>Threads that may take part, caller included; 0: all of the pool.</summary>
    public int MaxThreads { get; set; }
}
