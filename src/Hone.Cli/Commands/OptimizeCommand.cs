using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hone.Cli.Commands;

/// <summary><c>hone optimize</c>: folds and removes what need not be computed.</summary>
internal static class OptimizeCommand
{
    internal static Command Create(ToolContext context)
    {
        Argument<string> path = CommonOptions.ModelArgument();
        Option<string> output = CommonOptions.Output("The file to write.");
        Option<bool> json = CommonOptions.Json();
        Command command = new("optimize", "Folds constants and batch normalizations and removes what does nothing.\n\nExample: hone optimize model.onnx -o small.onnx") { path, output, json };
        command.SetAction((result, cancellationToken) => Task.Run(() =>
        {
            Model model = Model.Load(result.GetValue(path)!);
            Model optimized = model.Optimize(cancellationToken: cancellationToken);
            optimized.Save(result.GetValue(output)!);
            if (result.GetValue(json))
                context.WriteJson(new JsonObject { ["nodesBefore"] = model.Graph.Nodes.Count, ["nodesAfter"] = optimized.Graph.Nodes.Count });
            else
                context.Output.WriteLine($"{model.Graph.Nodes.Count} nodes became {optimized.Graph.Nodes.Count}; written to {result.GetValue(output)}.");
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }
}
