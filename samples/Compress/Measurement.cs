using System.Globalization;
using FashionMnist;
using Hone;
using Hone.Report.Export;
using Hone.Report.Measurements;
using Hone.Runtime;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;

namespace Compress;

/// <summary>Measures the saved models and puts them into one table.</summary>
internal sealed class Measurement(PipelineOptions options, RunFiles files, Hone.Datasets.FashionMnist test)
{
    private const int LargeBatch = 64;

    private readonly CompileOptions _compile = new() { Threads = options.Threads };

    internal ReportTable Run(CancellationToken cancellationToken)
    {
        List<Row> rows = [TorchSharp()];
        foreach ((string name, string path) in Models())
            rows.Add(Hone(name, path, cancellationToken));
        Row torch = rows[0];
        Row dense = rows[1];
        return new ReportTable(
            "Fashion-MNIST, compressed",
            ["model", "accuracy", "parameters", "file", "batch 1", "batch 64", "vs TorchSharp", "vs Hone fp32"],
            [.. rows.Select(r => (IReadOnlyList<string>)
            [
                r.Name, $"{r.Accuracy:P2}", $"{r.Parameters:N0} ({Ratio(r.Parameters, dense.Parameters)})",
                r.Bytes is { } bytes ? $"{bytes / 1000.0:N0} kB" : "–", $"{r.One:0.000} ms", $"{r.Many:0.00} ms",
                $"{Ratio(torch.One, r.One)}, {Ratio(torch.Many, r.Many)}",
                $"{Ratio(dense.One, r.One)}, {Ratio(dense.Many, r.Many)}",
            ])]);
    }

    private (string Name, string Path)[] Models() =>
        [("Hone fp32", files.Float), ("pruned", files.Pruned), ("pruned, fine-tuned", files.FineTuned), ("pruned, fine-tuned, int8", files.Int8)];

    private Row TorchSharp()
    {
        using nn.Module<Tensor, Tensor> teacher = Teacher.Create(options, files) ?? throw new HoneException("There is no trained network.");
        using Tensor images = TorchData.Images(test);
        using Tensor labels = TorchData.Labels(test);
        double accuracy = TorchEvaluation.Accuracy(teacher, images, labels).Accuracy;
        double one = TorchEvaluation.Latency(teacher, images, 1).MedianMilliseconds;
        double many = TorchEvaluation.Latency(teacher, images, LargeBatch).MedianMilliseconds;
        return new Row("TorchSharp fp32", accuracy, teacher.parameters().Sum(p => p.numel()), null, one, many);
    }

    private Row Hone(string name, string path, CancellationToken cancellationToken)
    {
        Model model = Model.Load(path);
        // Scales and zero points are no parameters; each weight and bias counts once.
        long parameters = model.Graph.Constants.Where(c =>
            c.Consumers.Any(n => n.Is("Conv") || n.Is("Gemm") || n.Is("MatMul") || n.Is("DequantizeLinear") && n.Input(0) == c))
            .Sum(c => c.Constant!.ElementCount);
        AccuracyMeasurement accuracy = model.EvaluateAccuracy(test.Batches(500), _compile, cancellationToken: cancellationToken);
        return new Row(name, accuracy.Accuracy, parameters, new FileInfo(path).Length, Latency(model, 1, cancellationToken),
            Latency(model, LargeBatch, cancellationToken));
    }

    private double Latency(Model model, int batchSize, CancellationToken cancellationToken)
    {
        using HoneTensor batch = test.Images(0, batchSize);
        return model.MeasureLatency(batch, _compile, cancellationToken: cancellationToken).MedianMilliseconds;
    }

    private static string Ratio(double numerator, double denominator) =>
        $"{(numerator / denominator).ToString("0.00", CultureInfo.InvariantCulture)} x";

    private sealed record Row(string Name, double Accuracy, long Parameters, long? Bytes, double One, double Many);
}
