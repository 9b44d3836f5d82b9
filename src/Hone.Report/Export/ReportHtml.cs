using System.Net;
using System.Text;
using Hone.Files;
using Hone.Report.Comparisons;
using Hone.Report.Measurements;

namespace Hone.Report.Export;

/// <summary>Reports as one HTML file that needs nothing else: tables, and plots as inline SVG.</summary>
public static class ReportHtml
{
    private const string Style = """
        :root { color-scheme: light; }
        body { font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; color: #0f172a; background: #f8fafc; margin: 0; }
        main { max-width: 1100px; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
        h1 { font-size: 1.7rem; margin: 0; }
        h2 { font-size: 1.15rem; margin: 2.2rem 0 .7rem; }
        .meta { color: #475569; margin: .2rem 0 1.5rem; }
        .card { background: #fff; border: 1px solid #e2e8f0; border-radius: 10px; padding: 1rem; overflow-x: auto; }
        .plots { display: grid; gap: 1rem; }
        .plots svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: .4rem .6rem; text-align: right; border-bottom: 1px solid #e2e8f0; }
        td { white-space: nowrap; }
        th { font-weight: 600; color: #475569; font-size: .85rem; vertical-align: bottom; }
        th:first-child, td:first-child { text-align: left; }
        tr:last-child td { border-bottom: 0; }
        tr.baseline td { background: #fffbeb; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: 0; }
        dt { color: #475569; } dd { margin: 0; }
        .maps { display: flex; flex-wrap: wrap; gap: 1rem; }
        figure { margin: 0 0 1rem; } figcaption { color: #475569; font-size: .85rem; text-align: center; }
        figure img { width: 140px; image-rendering: pixelated; border: 1px solid #e2e8f0; }
        details summary { cursor: pointer; font-weight: 600; }
        """;

    /// <summary>The report as a page.</summary>
    public static string Write(ModelReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        StringBuilder html = new();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<title>").Append(Encode(report.Title)).Append("</title>\n<style>\n").Append(Style).Append("\n</style>\n</head>\n<body>\n<main>\n")
            .Append("<h1>").Append(Encode(report.Title)).Append("</h1>\n")
            .Append("<p class=\"meta\">").Append(Encode($"{report.CreatedAt:yyyy-MM-dd HH:mm} UTC · {report.Machine.Processor}")).Append("</p>\n");
        WriteTables(html, report);
        WritePlots(html, report);
        WriteLayers(html, report);
        WriteAttributions(html, report);
        WriteFacts(html, report);
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Writes the report to a file, which appears only when it is complete.</summary>
    /// <exception cref="HoneException">The file cannot be written.</exception>
    public static void Save(ModelReport report, string path) => AtomicFile.WriteAllText(path, Write(report));

    private static void WriteTables(StringBuilder html, ModelReport report)
    {
        foreach (ReportTable table in ReportTable.All(report))
        {
            html.Append("<h2>").Append(Encode(table.Title)).Append("</h2>\n<div class=\"card\">\n");
            WriteTable(html, table.Columns, table.Rows, row => table.Rows[row][0] == report.Baseline);
            html.Append("</div>\n");
        }

        if (report.Notes.Count > 0)
            html.Append("<ul>\n").AppendJoin('\n', report.Notes.Select(n => $"<li>{Encode(n)}</li>")).Append("\n</ul>\n");
    }

    private static void WritePlots(StringBuilder html, ModelReport report)
    {
        List<string?> plots = [ReportPlots.FileSizes(report)];
        foreach (int batch in report.BatchSizes())
        {
            plots.Add(ReportPlots.Latencies(report, batch));
            plots.Add(ReportPlots.AccuracyOverLatency(report, batch));
        }

        plots.RemoveAll(p => p is null);
        if (plots.Count == 0)
            return;
        html.Append("<h2>Plots</h2>\n<div class=\"plots\">\n");
        for (int i = 0; i < plots.Count; i++)
            html.Append("<div class=\"card\">").Append(WithOwnIdentifiers(plots[i]!, $"plot{i}")).Append("</div>\n");
        html.Append("</div>\n");
    }

    private static void WriteLayers(StringBuilder html, ModelReport report)
    {
        VariantMeasurement[] variants = [.. report.Variants.Where(v => v.LayerErrors.Count > 0)];
        for (int i = 0; i < variants.Length; i++)
        {
            html.Append("<h2>").Append(Encode($"Error of each layer: {variants[i].Name}")).Append("</h2>\n<div class=\"card plots\">\n");
            if (ReportPlots.LayerErrors(variants[i]) is { } plot)
                html.Append(WithOwnIdentifiers(plot, $"layers{i}"));
            html.Append("<details><summary>As a table</summary>\n");
            WriteTable(html, ["Layer", "Operator", "SQNR", "Largest error", "Mean error"], [.. variants[i].LayerErrors.Select(LayerRow)], _ => false);
            html.Append("</details>\n</div>\n");
        }
    }

    private static void WriteAttributions(StringBuilder html, ModelReport report)
    {
        if (report.Attributions.Count == 0)
            return;
        html.Append("<h2>What the classification rests on</h2>\n<div class=\"card\">\n")
            .Append("<p class=\"meta\">Red speaks for the class, blue against it. Below: cosine similarity to the first map.</p>\n");
        foreach (AttributionExample example in report.Attributions)
        {
            html.Append("<div class=\"maps\">\n");
            WriteMap(html, HeatMapPicture.Grey(example.Image), example.Name);
            foreach (HeatMap map in example.Attributions)
                WriteMap(html, HeatMapPicture.Diverging(map), $"{map.Name} ({map.CosineSimilarity(example.Attributions[0]):0.000})");
            html.Append("</div>\n");
        }

        html.Append("</div>\n");
    }

    private static void WriteMap(StringBuilder html, string picture, string caption) =>
        html.Append("<figure><img src=\"").Append(picture).Append("\" alt=\"").Append(Encode(caption)).Append("\"><figcaption>").Append(Encode(caption))
            .Append("</figcaption></figure>\n");

    /// <summary>Every plot numbers its clip paths from 1, but they share the page.</summary>
    private static string WithOwnIdentifiers(string svg, string prefix) =>
        svg.Replace("id=\"clipPath", $"id=\"{prefix}-clipPath", StringComparison.Ordinal)
            .Replace("url(#clipPath", $"url(#{prefix}-clipPath", StringComparison.Ordinal);

    private static IReadOnlyList<string> LayerRow(TensorError error) =>
        [error.Name, error.OperatorName, Units.Decibels(error.SqnrDecibels), $"{error.MaximumError:G3}", $"{error.MeanError:G3}"];

    private static void WriteFacts(StringBuilder html, ModelReport report)
    {
        MachineDescription machine = report.Machine;
        List<KeyValuePair<string, string>> facts =
        [
            new("Processor", $"{machine.Processor}, {machine.ProcessorCount} usable"),
            new("Memory", Units.Bytes(machine.MemoryByteCount)),
            new("System", $"{machine.OperatingSystem}, {machine.Framework}"),
        ];
        if (machine.InstructionSet is { } instructionSet)
            facts.Add(new("Instruction set", instructionSet));
        facts.AddRange(report.Settings);
        facts.AddRange(report.Variants.Where(v => v.Description.Length > 0).Select(v => KeyValuePair.Create(v.Name, v.Description)));
        html.Append("<h2>How it was measured</h2>\n<div class=\"card\"><dl>\n");
        foreach ((string name, string text) in facts)
            html.Append("<dt>").Append(Encode(name)).Append("</dt><dd>").Append(Encode(text)).Append("</dd>\n");
        html.Append("</dl></div>\n");
    }

    private static void WriteTable(StringBuilder html, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, Predicate<int> isMarked)
    {
        html.Append("<table>\n<thead><tr>").AppendJoin("", columns.Select(c => $"<th>{Encode(c)}</th>")).Append("</tr></thead>\n<tbody>\n");
        for (int i = 0; i < rows.Count; i++)
        {
            html.Append(isMarked(i) ? "<tr class=\"baseline\">" : "<tr>")
                .AppendJoin("", rows[i].Select(c => $"<td>{Encode(c)}</td>")).Append("</tr>\n");
        }

        html.Append("</tbody>\n</table>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
