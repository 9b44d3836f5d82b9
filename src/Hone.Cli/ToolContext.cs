using System.Text.Json;
using System.Text.Json.Nodes;
using Hone.Report.Export;
using Spectre.Console;

namespace Hone.Cli;

/// <summary>Where a command writes: results to one place, progress to another.</summary>
internal sealed class ToolContext(TextWriter output, IAnsiConsole results, IAnsiConsole progress)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    internal TextWriter Output { get; } = output;

    internal void WriteJson(JsonNode node) => Output.WriteLine(node.ToJsonString(s_indented));

    internal void WriteTable(ReportTable source)
    {
        Table table = new() { Title = new TableTitle(Markup.Escape(source.Title)) };
        foreach (string column in source.Columns)
            table.AddColumn(Markup.Escape(column));
        foreach (IReadOnlyList<string> row in source.Rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        results.Write(table);
    }

    /// <summary>Runs work of several named parts with a bar for each.</summary>
    internal T WithProgress<T>(Func<Func<string, double, IProgress<double>>, T> work) => progress.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
        .Start(bars => work((name, total) => new Bar(bars.AddTask(Markup.Escape(name), maxValue: total))));

    private sealed class Bar(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
