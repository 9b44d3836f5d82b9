namespace Hone.Runtime.Planning;

/// <summary>A piece of memory that one or more values of a plan lie in, one after another or as views of each other.</summary>
internal sealed class PlannedBuffer
{
    internal required BufferKind Kind { get; set; }

    /// <summary>Number of the graph input or output.</summary>
    internal int Index { get; set; }

    /// <summary>Address of a constant.</summary>
    internal nint Address { get; init; }

    internal required long ByteCount { get; init; }

    /// <summary>The first step that touches it; -1 before there is one.</summary>
    internal int FirstStep { get; set; } = -1;

    internal int LastStep { get; set; } = -1;

    /// <summary>How many operations still to be planned, and graph outputs, read a value in it.</summary>
    internal int PendingReads { get; set; }

    /// <summary>Place in the arena, in bytes.</summary>
    internal long ArenaOffset { get; set; }
}
