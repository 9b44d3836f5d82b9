using Hone.Kernels.Threading;

namespace Hone.Kernels.MatMul;

/// <summary>
/// Where a batch of matrix products reads and writes, in elements. The batch has an outer and an inner dimension, so that the heads of an
/// attention are
/// addressed inside [batch, sequence, heads, depth] without a transposition; a stride of 0 repeats a matrix.
/// </summary>
public unsafe struct BatchMatMulArguments
{
    /// <summary>Products in the outer batch dimension.</summary>
    public int Outer { get; set; }

    /// <summary>Products in the inner batch dimension.</summary>
    public int Inner { get; set; }

    /// <summary>Rows of A and C.</summary>
    public int M { get; set; }

    /// <summary>Columns of B and C.</summary>
    public int N { get; set; }

    /// <summary>Columns of A, rows of B.</summary>
    public int K { get; set; }

    /// <summary>A: [M, K] matrices.</summary>
    public float* A { get; set; }

    /// <summary>Elements between rows of A.</summary>
    public nint ARowStride { get; set; }

    /// <summary>Elements between matrices A of the outer dimension.</summary>
    public nint AOuterStride { get; set; }

    /// <summary>Elements between matrices A of the inner dimension.</summary>
    public nint AInnerStride { get; set; }

    /// <summary>B: [K, N] matrices, or [N, K] if <see cref="BIsTransposed"/>.</summary>
    public float* B { get; set; }

    /// <summary>True if B lies as [N, K].</summary>
    public bool BIsTransposed { get; set; }

    /// <summary>Elements between rows of B as it lies.</summary>
    public nint BRowStride { get; set; }

    /// <summary>Elements between matrices B of the outer dimension.</summary>
    public nint BOuterStride { get; set; }

    /// <summary>Elements between matrices B of the inner dimension.</summary>
    public nint BInnerStride { get; set; }

    /// <summary>C: [M, N] matrices; may not overlap A or B.</summary>
    public float* C { get; set; }

    /// <summary>Elements between rows of C.</summary>
    public nint CRowStride { get; set; }

    /// <summary>Elements between matrices C of the outer dimension.</summary>
    public nint COuterStride { get; set; }

    /// <summary>Elements between matrices C of the inner dimension.</summary>
    public nint CInnerStride { get; set; }

    /// <summary>Threads to work with; null: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Pool { get; set; }

    /// <summary>Threads that may take part, caller included; 0: all of the pool.</summary>
    public int MaxThreads { get; set; }
}
