using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Cli.Inputs;
using Hone.Quantization;
using Hone.Quantization.Observers;
using Hone.Report.Export;

namespace Hone.Cli.Commands;

/// <summary><c>hone quantize</c>: makes weights, and activations, 8-bit integers.</summary>
internal static class QuantizeCommand
{
    internal static Command Create(ToolContext context) => new("quantize", "Makes a model compute on 8-bit integers.") { Dynamic(context), Static(context) };

    private static Command Dynamic(ToolContext context)
    {
        Argument<string> path = CommonOptions.ModelArgument();
        Option<string> output = CommonOptions.Output("The file to write.");
        Option<bool> json = CommonOptions.Json();
        Command command = new("dynamic", "Quantizes weights now and activations at run time; needs no data.\n\nExample: hone quantize dynamic model.onnx -o int8.onnx") { path, output, json };
        command.SetAction((result, cancellationToken) => Task.Run(() =>
        {
            Model model = Model.Load(result.GetValue(path)!);
            Finish(context, result.GetValue(path)!, model.QuantizeDynamic(), result.GetValue(output)!, result.GetValue(json));
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static Command Static(ToolContext context)
    {
        Argument<string> path = CommonOptions.ModelArgument();
        Option<string> output = CommonOptions.Output("The file to write.");
        Option<string> calibration = new("--calibration", "-c") { Description = "A folder of sample inputs: .npy files, or images for a model of one image input.", Required = true };
        Option<float[]> mean = new("--mean") { Description = "Subtracted from each image channel after division by 255.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [0f] };
        Option<float[]> deviation = new("--std") { Description = "Divides each image channel.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1f] };
        Option<ObserverKind> observer = new("--observer") { Description = "How ranges are found.", DefaultValueFactory = _ => ObserverKind.Histogram };
        Option<bool> json = CommonOptions.Json();
        Command command = new("static", "Quantizes weights and activations with ranges found on sample data.\n\nExample: hone quantize static model.onnx -c samples/ -o int8.onnx")
        {
            path, output, calibration, mean, deviation, observer, json,
        };
        command.SetAction((result, cancellationToken) => Task.Run(() =>
        {
            Model model = Model.Load(result.GetValue(path)!);
            if (model.Graph.Inputs is not [{ } input])
                throw new HoneException("A folder can calibrate a model of one input; use the library for others.");
            string folder = result.GetValue(calibration)!;
            int files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Count() : 0;
            Model quantized = context.WithProgress(bar =>
            {
                IProgress<double> calibrating = bar("calibrate", Math.Max(1, files));
                return model.QuantizeStatic(
                    CalibrationFolder.Read(folder, input, result.GetValue(mean)!, result.GetValue(deviation)!),
                    new StaticQuantizationConfig { Observer = result.GetValue(observer) },
                    progress: new CountProgress(calibrating),
                    cancellationToken: cancellationToken);
            });
            Finish(context, result.GetValue(path)!, quantized, result.GetValue(output)!, result.GetValue(json));
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static void Finish(ToolContext context, string source, Model quantized, string target, bool json)
    {
        quantized.Save(target);
        (long before, long after) = (new FileInfo(source).Length, new FileInfo(target).Length);
        if (json)
            context.WriteJson(new JsonObject { ["bytesBefore"] = before, ["bytesAfter"] = after, ["output"] = target });
        else
            context.Output.WriteLine($"{Units.Bytes(before)} became {Units.Bytes(after)} ({(double)after / before:0.00} of it); written to {target}.");
    }
}
