using Hone.Kernels.Threading;

namespace Hone.Kernels.MatMul;

/// <summary>Where one run of a matrix product reads and writes; row-major, strides in elements.</summary>
public unsafe struct MatMulArguments
{
    /// <summary>[Rows, K] left operand.</summary>
    public void* Input { get; set; }

    /// <summary>Elements between rows of the left operand, at least K.</summary>
    public nint InputStride { get; set; }

    /// <summary>Rows of the left operand and of the output.</summary>
    public int Rows { get; set; }

    /// <summary>[Rows, N] output; may not overlap the left operand.</summary>
    public void* Output { get; set; }

    /// <summary>Elements between rows of the output, at least N.</summary>
    public nint OutputStride { get; set; }

    /// <summary>[Rows, N] to add, where the operator was built to add one; may be the output itself.</summary>
    public void* Residual { get; set; }

    /// <summary>Elements between rows of the residual.</summary>
    public nint ResidualStride { get; set; }

    /// <summary>Threads to work with; null: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Pool { get; set; }

    /// <summary>Threads that may take part, caller included; 0: all of the pool.</summary>
    public int MaxThreads { get; set; }
}
