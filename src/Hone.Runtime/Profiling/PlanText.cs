using System.Text;

namespace Hone.Runtime.Profiling;

/// <summary>Writes a plan as text for people: one line per step.</summary>
internal static class PlanText
{
    internal static string Write(PlanProfile plan, long packedByteCount)
    {
        StringBuilder text = new();
        text.Append($"inputs {string.Join(", ", plan.InputShapes)}; {plan.Steps.Count} steps; arena {Bytes(plan.ArenaByteCount)}; packed weights {Bytes(packedByteCount)}\n");
        if (plan.PaddingReport is { } padding)
            text.Append(padding).Append('\n');
        bool isTimed = plan.Steps.Any(s => s.Runs > 0);
        string[][] rows = [.. plan.Steps.Select((s, i) => Row(s, i, isTimed))];
        int[] widths = rows.Length == 0 ? [] : [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(r => r[column].Length))];
        foreach (string[] row in rows)
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        string[] references = [.. plan.Steps.Where(s => s.IsReference).Select(s => $"{s.Name} ({s.Operators})")];
        if (references.Length > 0)
            text.Append($"by reference evaluation: {string.Join(", ", references)}\n");
        return text.ToString();
    }

    private static string[] Row(StepProfile step, int index, bool isTimed)
    {
        string[] cells = [$"{index}", step.KernelId, step.Operators, step.Name, step.Result, Bytes(step.ByteCount)];
        return isTimed ? [.. cells, $"{step.MeanMilliseconds:F4} ms"] : cells;
    }

    private static string Bytes(long count) => count switch
    {
        < 10_000 => $"{count} B",
        < 10_000_000 => $"{count / 1000.0:F0} kB",
        _ => $"{count / 1e6:F1} MB",
    };
}
