using Spectre.Console;

namespace Hone.Bench.Models;

/// <summary>Shows the rows of a run, each with its ratio to the best other engine.</summary>
internal static class ModelTable
{
    internal static void Write(List<ModelRow> rows)
    {
        Table table = new();
        table.AddColumns("case", "dtype", "threads", "engine", "median ms", "p99 ms", "of limit", "best peer / this", "checked");
        foreach (ModelRow row in rows)
        {
            double? bestPeer = rows.Where(r => r.Case == row.Case && r.DataType == row.DataType && r.Threads == row.Threads && r.Engine != row.Engine).Min(r => r.MedianMilliseconds);
            table.AddRow(
                row.Case,
                row.DataType,
                row.Threads.ToString(),
                row.Engine,
                $"{row.MedianMilliseconds:0.00}",
                $"{row.P99Milliseconds:0.00}",
                $"{row.FractionOfLimit:0.00}",
                $"{bestPeer / row.MedianMilliseconds:0.00}",
                Markup.Escape(row.Checked));
        }

        AnsiConsole.Write(table);
    }
}
