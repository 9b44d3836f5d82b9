using System.CommandLine;
using Hone.Cli.Tour;
using Hone.Report.Export;
using Hone.Report.Measurements;

namespace Hone.Cli.Commands;

/// <summary><c>hone tour</c>: the whole way on a small model and real images that come with the tool.</summary>
internal static class TourCommand
{
    internal static Command Create(ToolContext context)
    {
        Option<string> output = new("--output", "-o") { Description = "Where the models and the report are written.", DefaultValueFactory = _ => "hone-report" };
        Option<int> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        Command command = new("tour", "Optimizes and quantizes a small classifier of clothes, measures every variant on real images, and writes a report. Under a minute.")
        {
            output, threads, json,
        };
        command.SetAction((result, cancellationToken) => Task.Run(() =>
        {
            string folder = result.GetValue(output)!;
            ModelReport report = context.WithProgress(bar => FashionTour.Run(folder, result.GetValue(threads), bar, cancellationToken));
            ReportHtml.Save(report, Path.Combine(folder, "report.html"));
            ReportJson.Save(report, Path.Combine(folder, "report.json"));
            if (result.GetValue(json))
            {
                context.Output.WriteLine(ReportJson.Write(report));
                return ExitCode.Success;
            }

            foreach (ReportTable table in ReportTable.All(report))
                context.WriteTable(table);
            context.Output.WriteLine($"The report is in {Path.Combine(folder, "report.html")}, the models are beside it.");
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }
}
