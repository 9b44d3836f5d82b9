using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Inputs;
using Hone.Runtime;
using Hone.Tensors;

namespace Hone.Cli.Commands;

/// <summary><c>hone run</c>: runs a model once.</summary>
internal static class RunCommand
{
    internal static Command Create(ToolContext context)
    {
        Argument<string> path = CommonOptions.ModelArgument();
        Option<string[]> input = CommonOptions.Input();
        Option<string?> folder = new("--output-dir") { Description = "Writes each output to NAME.npy in this folder." };
        Option<int> threads = CommonOptions.Threads();
        Option<int> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        Command command = new("run", "Runs a model once.\n\nExample: hone run model.onnx -i image.npy --output-dir out") { path, input, folder, threads, seed, json };
        command.SetAction((result, cancellationToken) => Task.Run(() =>
        {
            Model model = Model.Load(result.GetValue(path)!);
            using CompiledModel compiled = model.Compile(CommonOptions.Compile(result.GetValue(threads)), cancellationToken: cancellationToken);
            JsonObject outputs = [];
            foreach ((string name, Tensor tensor) in compiled.Run(ModelInputs.Create(model, result.GetValue(input) ?? [], result.GetValue(seed)), cancellationToken))
            {
                outputs[name] = tensor.ToString();
                if (!result.GetValue(json))
                    context.Output.WriteLine($"{name}: {tensor}{Preview(tensor)}");
                if (result.GetValue(folder) is { } target)
                {
                    Directory.CreateDirectory(target);
                    NpyFile.Write(Path.Combine(target, $"{string.Join('_', name.Split(Path.GetInvalidFileNameChars()))}.npy"), tensor);
                }
            }

            if (result.GetValue(json))
                context.WriteJson(outputs);
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static string Preview(Tensor tensor)
    {
        if (tensor.DataType == DataType.String || tensor.ElementCount == 0)
            return "";
        float[] elements = tensor.ToSingleArray();
        return $" = {string.Join(", ", elements.Take(8).Select(e => e.ToString("G6")))}{(elements.Length > 8 ? ", ..." : "")}";
    }
}
