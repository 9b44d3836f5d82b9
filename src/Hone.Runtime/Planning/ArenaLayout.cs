namespace Hone.Runtime.Planning;

/// <summary>Places buffers in one arena so that no two that live at the same time overlap: largest first, each into the tightest gap.</summary>
internal static class ArenaLayout
{
    internal const long Alignment = 64;

    /// <summary>Readable bytes behind every buffer, which vector loads may touch.</summary>
    private const long Slack = 64;

    /// <summary>Sets the offset of every buffer.</summary>
    /// <returns>Bytes of the arena.</returns>
    internal static long Place(IEnumerable<PlannedBuffer> buffers)
    {
        List<PlannedBuffer> placed = [];
        long end = 0;
        foreach (PlannedBuffer buffer in buffers.OrderByDescending(b => b.ByteCount).ThenBy(b => b.FirstStep))
        {
            buffer.ArenaOffset = FindGap(buffer, placed);
            placed.Add(buffer);
            end = Math.Max(end, buffer.ArenaOffset + Size(buffer));
        }

        return end;
    }

    internal static long Size(PlannedBuffer buffer) => (buffer.ByteCount + Slack + Alignment - 1) / Alignment * Alignment;

    private static long FindGap(PlannedBuffer buffer, List<PlannedBuffer> placed)
    {
        long needed = Size(buffer), best = -1, bestRoom = long.MaxValue, end = 0;
        foreach (PlannedBuffer other in placed.Where(p => LiveTogether(p, buffer)).OrderBy(p => p.ArenaOffset))
        {
            long room = other.ArenaOffset - end;
            if (room >= needed && room < bestRoom)
                (best, bestRoom) = (end, room);
            end = Math.Max(end, other.ArenaOffset + Size(other));
        }

        return best >= 0 ? best : end;
    }

    private static bool LiveTogether(PlannedBuffer a, PlannedBuffer b) => a.FirstStep <= b.LastStep && b.FirstStep <= a.LastStep;
}
