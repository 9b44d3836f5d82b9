using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Inputs;
using Hone.Report.Export;
using Hone.Report.Measurements;
using Hone.Runtime;

namespace Hone.Cli.Commands;

/// <summary><c>hone bench</c>: how fast a model runs here.</summary>
internal static class BenchCommand
{
    internal static Command Create(ToolContext context)
    {
        Argument<string> path = CommonOptions.ModelArgument();
        Option<string[]> input = CommonOptions.Input();
        Option<int> threads = CommonOptions.Threads();
        Option<double> seconds = new("--seconds") { Description = "How long to measure.", DefaultValueFactory = _ => 2 };
        Option<int> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        Command command = new("bench", "Measures the latency of a model on this machine.\n\nExample: hone bench model.onnx --threads 1") { path, input, threads, seconds, seed, json };
        command.SetAction((result, cancellationToken) => Task.Run(() =>
        {
            Model model = Model.Load(result.GetValue(path)!);
            using CompiledModel compiled = model.Compile(CommonOptions.Compile(result.GetValue(threads)), cancellationToken: cancellationToken);
            using Session session = compiled.CreateSession(ModelInputs.Create(model, result.GetValue(input) ?? [], result.GetValue(seed)));
            LatencyOptions options = new() { MinimumTime = TimeSpan.FromSeconds(result.GetValue(seconds)), MaximumTime = TimeSpan.FromSeconds(Math.Max(10, 2 * result.GetValue(seconds))) };
            LatencyMeasurement latency = LatencyMeter.Measure(1, () => session.Run(cancellationToken), options, cancellationToken: cancellationToken);
            if (result.GetValue(json))
                context.WriteJson(new JsonObject { ["median_ms"] = latency.MedianMilliseconds, ["p99_ms"] = latency.P99Milliseconds, ["runs"] = latency.RunCount });
            else
                context.Output.WriteLine($"median {Units.Milliseconds(latency.MedianMilliseconds)}, p99 {Units.Milliseconds(latency.P99Milliseconds)} over {latency.RunCount} runs");
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }
}
