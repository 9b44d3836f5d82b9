using System.Text;
using Hone.Report.Measurements;

namespace Hone.Report.Export;

/// <summary>The main table of a report as text cells, for a console, Markdown or HTML.</summary>
/// <param name="Columns">Headings; the first column holds names, all others numbers.</param>
/// <param name="Rows">Cells of each row, as many as columns; a dash where nothing was measured.</param>
public sealed record ReportTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const string Missing = "–";

    /// <summary>One row for each variant; columns for which no variant has a number are left out.</summary>
    public static ReportTable Create(ModelReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        List<(string Heading, Func<VariantMeasurement, string?> Cell)> columns =
        [
            ("Accuracy", v => v.Accuracy is { } a ? $"{a.Accuracy * 100:F2} %" : null),
            ("Drop", v => v.Name == report.Baseline || report.AccuracyDrop(v) is not { } drop ? null : $"{drop:F2} pt"),
            ("File", v => v.FileByteCount is { } bytes ? Units.Bytes(bytes) : null),
            ("Size", v => report.SizeRatio(v) is { } ratio ? $"{ratio:F2} x" : null),
            ("Memory", v => v.MemoryByteCount is { } bytes ? Units.Bytes(bytes) : null),
        ];
        foreach (int batch in report.BatchSizes())
        {
            columns.Add(($"Median, batch {batch}", v => v.LatencyAt(batch) is { } l ? Units.Milliseconds(l.MedianMilliseconds) : null));
            columns.Add(($"p99, batch {batch}", v => v.LatencyAt(batch) is { } l ? Units.Milliseconds(l.P99Milliseconds) : null));
            foreach (string reference in report.SpeedReferences.Append(report.Baseline).Distinct())
                columns.Add(($"vs {reference}, batch {batch}", v => report.SpeedUp(v, reference, batch) is { } factor ? $"{factor:F2} x" : null));
        }

        columns.RemoveAll(c => report.Variants.All(v => c.Cell(v) is null));
        return new ReportTable(
            ["Model", .. columns.Select(c => c.Heading)],
            [.. report.Variants.Select(v => (IReadOnlyList<string>)[v.Name, .. columns.Select(c => c.Cell(v) ?? Missing)])]);
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

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal);
}
