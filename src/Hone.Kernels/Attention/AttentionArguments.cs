using Hone.Kernels.Threading;

namespace Hone.Kernels.Attention;

/// <summary>Where an attention reads and writes. Strides are in elements; the elements of a row lie next to each other.</summary>
public unsafe struct AttentionArguments
{
    /// <summary>Independent batch entries.</summary>
    public int Batch { get; set; }

    /// <summary>Heads of queries; a multiple of <see cref="KeyHeads"/>.</summary>
    public int Heads { get; set; }

    /// <summary>Heads of keys and values; each serves as many neighbouring query heads.</summary>
    public int KeyHeads { get; set; }

    /// <summary>Query rows of a head.</summary>
    public int Queries { get; set; }

    /// <summary>Key and value rows of a head.</summary>
    public int Keys { get; set; }

    /// <summary>Elements of a query and a key row.</summary>
    public int Depth { get; set; }

    /// <summary>Elements of a value row.</summary>
    public int ValueDepth { get; set; }

    /// <summary>Factor of the scores, positive.</summary>
    public float Scale { get; set; }

    /// <summary>Queries.</summary>
    public HeadRows Query { get; set; }

    /// <summary>Keys.</summary>
    public HeadRows Key { get; set; }

    /// <summary>Values.</summary>
    public HeadRows Value { get; set; }

    /// <summary>Output rows of <see cref="ValueDepth"/> elements; may not overlap the inputs.</summary>
    public HeadRows Output { get; set; }

    /// <summary>Added to the scaled scores; by batch, query head and query row, elements next to each other; or no address.</summary>
    public HeadRows Mask { get; set; }

    /// <summary>Bytes instead of <see cref="Mask"/>, 0 where a key does not take part, with its strides; or null.</summary>
    public byte* ByteMask { get; set; }

    /// <summary>
    /// Sequences of different lengths without padding: the first row of each batch entry, in every operand, and the end of the last, [Batch + 1]; or null. Then
    /// the batch strides do not matter, <see cref="Queries"/> and <see cref="Keys"/> are the same and an upper bound, and there is no mask. Empty entries are allowed.
    /// </summary>
    public int* RowOffsets { get; set; }

    /// <summary>True where query i sees the keys 0 to i only.</summary>
    public bool IsCausal { get; set; }

    /// <summary>Threads to work with; null: <see cref="WorkerPool.Shared"/>.</summary>
    public WorkerPool? Pool { get; set; }

    /// <summary>Threads that may take part, caller included; 0: all of the pool.</summary>
    public int MaxThreads { get; set; }
}
