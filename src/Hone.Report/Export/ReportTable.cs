using System.Text;
using Hone.Report.Measurements;

namespace Hone.Report.Export;

/// <summary>A table of a report as text cells, for a console, Markdown or HTML.</summary>
/// <param name="Title">Heading of the table.</param>
/// <param name="Columns">Headings; the first column holds names, all others numbers.</param>
/// <param name="Rows">Cells of each row, as many as columns; a dash where nothing was measured.</param>
public sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const string Missing = "–";

    /// <summary>The overview, and the latencies at each batch size.</summary>
    public static IReadOnlyList<ReportTable> All(ModelReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return [Overview(report), .. report.BatchSizes().Select(batch => Latency(report, batch))];
    }

    /// <summary>Accuracy, its drop, file size, its ratio and memory; one row for each variant.</summary>
    /// <remarks>Columns for which no variant has a number are left out.</remarks>
    public static ReportTable Overview(ModelReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Create("Accuracy and size", report.Variants,
        [
            ("Accuracy", v => v.Accuracy is { } a ? $"{a.Accuracy * 100:F2} %" : null),
            ("Drop", v => v.Name != report.Baseline && report.AccuracyDrop(v) is { } drop ? $"{drop:F2} pt" : null),
            ("File", v => v.FileByteCount is { } bytes ? Units.Bytes(bytes) : null),
            ("Size", v => report.SizeRatio(v) is { } ratio ? $"{ratio:F3} x" : null),
            ("Memory", v => v.MemoryByteCount is { } bytes ? Units.Bytes(bytes) : null),
        ]);
    }

    /// <summary>Median, p99, throughput and speed-ups at one batch size; one row for each variant that was measured.</summary>
    public static ReportTable Latency(ModelReport report, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Create($"Latency at batch {batchSize}", [.. report.Variants.Where(v => v.LatencyAt(batchSize) is not null)],
        [
            ("Median", v => Units.Milliseconds(v.LatencyAt(batchSize)!.MedianMilliseconds)),
            ("p99", v => Units.Milliseconds(v.LatencyAt(batchSize)!.P99Milliseconds)),
            ("Samples/s", v => $"{v.LatencyAt(batchSize)!.SamplesPerSecond:N0}"),
            .. report.SpeedReferences.Append(report.Baseline).Distinct().Select(reference =>
                ($"vs {reference}", (Func<VariantMeasurement, string?>)(v => report.SpeedUp(v, reference, batchSize) is { } factor ? $"{factor:F2} x" : null))),
        ]);
    }

    /// <summary>The table in Markdown.</summary>
    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.Append("| ").AppendJoin(" | ", Columns.Select(Escape)).Append(" |\n|---|")
            .Insert(text.Length, "---:|", Columns.Count - 1).Append('\n');
        foreach (IReadOnlyList<string> row in Rows)
            text.Append("| ").AppendJoin(" | ", row.Select(Escape)).Append(" |\n");
        return text.ToString();
    }

    /// <summary>The table as plain text with aligned columns.</summary>
    public string ToText()
    {
        int[] widths = [.. Columns.Select((c, i) => Math.Max(c.Length, Rows.Select(r => r[i].Length).DefaultIfEmpty().Max()))];
        StringBuilder text = new();
        foreach (IReadOnlyList<string> row in Rows.Prepend(Columns))
            text.AppendJoin("  ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).Append('\n');
        return text.ToString();
    }

    private static ReportTable Create(string title, IReadOnlyList<VariantMeasurement> variants, List<(string Heading, Func<VariantMeasurement, string?> Cell)> columns)
    {
        columns.RemoveAll(c => variants.All(v => c.Cell(v) is null));
        return new ReportTable(
            title,
            ["Model", .. columns.Select(c => c.Heading)],
            [.. variants.Select(v => (IReadOnlyList<string>)[v.Name, .. columns.Select(c => c.Cell(v) ?? Missing)])]);
    }

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal);
}
