using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Inputs;
using Hone.Report.Comparisons;
using Hone.Report.Export;

namespace Hone.Cli.Commands;

/// <summary><c>hone compare</c>: how far two models are apart.</summary>
internal static class CompareCommand
{
    internal static Command Create(ToolContext context)
    {
        Argument<string> reference = CommonOptions.ModelArgument("reference");
        Argument<string> candidate = CommonOptions.ModelArgument("candidate");
        Option<string[]> input = CommonOptions.Input();
        Option<int> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        Command command = new("compare", "Compares two models on the same inputs: error of each output and layer as a signal-to-noise ratio.\n\nExample: hone compare model.onnx int8.onnx")
        {
            reference, candidate, input, seed, json,
        };
        command.SetAction((result, cancellationToken) => Task.Run(() =>
        {
            Model left = Model.Load(result.GetValue(reference)!);
            Model right = Model.Load(result.GetValue(candidate)!);
            ModelComparison comparison = left.CompareWith(right, [ModelInputs.Create(left, result.GetValue(input) ?? [], result.GetValue(seed))], cancellationToken: cancellationToken);
            if (result.GetValue(json))
            {
                context.WriteJson(new JsonObject { ["outputs"] = ToJson(comparison.Outputs), ["layers"] = ToJson(comparison.Layers) });
                return ExitCode.Success;
            }

            context.WriteTable(Table("Outputs", comparison.Outputs));
            context.WriteTable(Table("Layers, worst first", [.. comparison.Layers.OrderBy(l => l.SqnrDecibels).Take(20)]));
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static ReportTable Table(string title, IReadOnlyList<TensorError> errors) => new(
        title,
        ["tensor", "operator", "signal to noise", "largest error", "mean error"],
        [.. errors.Select(e => new[] { e.Name, e.OperatorName, Units.Decibels(e.SqnrDecibels), $"{e.MaximumError:G4}", $"{e.MeanError:G4}" })]);

    private static JsonArray ToJson(IReadOnlyList<TensorError> errors) => new([.. errors.Select(e => (JsonNode)new JsonObject
    {
        ["name"] = e.Name,
        ["operator"] = e.OperatorName,
        ["sqnr_db"] = double.IsFinite(e.SqnrDecibels) ? e.SqnrDecibels : null,
        ["max_error"] = double.IsFinite(e.MaximumError) ? e.MaximumError : null,
        ["mean_error"] = double.IsFinite(e.MeanError) ? e.MeanError : null,
    })]);
}
