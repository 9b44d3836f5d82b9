using Hone.Datasets;
using Hone.Kernels.Cpu;
using Hone.Onnx;
using Hone.Report.Measurements;
using Hone.Tensors;

namespace Hone.Cli.Tour;

/// <summary>Makes every variant of the embedded classifier and measures it on the embedded images.</summary>
internal static class FashionTour
{
    private const int EvaluationBatch = 100;
    private const int CalibrationBatch = 64;
    private static readonly int[] s_batchSizes = [1, 64];

    /// <param name="folder">Where the models are written; created where it does not exist.</param>
    /// <param name="threads">0 takes all cores.</param>
    /// <param name="bar">Adds a progress bar of a name and a total.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    internal static ModelReport Run(string folder, int threads, Func<string, double, IProgress<double>> bar, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        FashionMnist test = FashionMnistSource.Embedded(FashionMnistPart.Test);
        FashionMnist calibration = FashionMnistSource.Embedded(FashionMnistPart.Train);
        Model original = Load();
        string input = original.Graph.Inputs[0].Name;
        IProgress<double> making = bar("optimize and quantize", 3);
        Model optimized = original.Optimize(cancellationToken: cancellationToken);
        making.Report(1);
        Model dynamic = original.QuantizeDynamic();
        making.Report(2);
        Model @static = original.QuantizeStatic(calibration.Inputs(input, CalibrationBatch), cancellationToken: cancellationToken);
        making.Report(3);
        (string Name, Model Model)[] variants = [("fp32", original), ("fp32 optimized", optimized), ("int8 dynamic", dynamic), ("int8 static", @static)];
        return new ModelReport
        {
            Title = "Fashion-MNIST: smaller and faster",
            CreatedAt = DateTimeOffset.Now,
            Machine = MachineDescription.Current(CpuInfo.Features.Tier.ToString()),
            Baseline = "fp32",
            SpeedReferences = ["fp32"],
            Variants = [.. variants.Select(v => Measure(v.Name, v.Model, folder, test, threads, bar(v.Name, test.Count), cancellationToken))],
            Settings = new Dictionary<string, string> { ["data"] = $"Fashion-MNIST, {test.Count} test images", ["threads"] = threads == 0 ? "all" : threads.ToString() },
        };
    }

    private static Model Load()
    {
        using Stream stream = typeof(FashionTour).Assembly.GetManifestResourceStream("fashion_mnist.onnx") ?? throw new HoneException("The tool was built without its model.");
        return OnnxReader.Load(stream);
    }

    private static VariantMeasurement Measure(
        string name, Model model, string folder, FashionMnist test, int threads, IProgress<double> bar, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, $"{name.Replace(' ', '-')}.onnx");
        model.Save(path);
        Runtime.CompileOptions options = new() { Threads = threads };
        AccuracyMeasurement accuracy = model.EvaluateAccuracy(test.Batches(EvaluationBatch), options, new CountProgress(bar), cancellationToken);
        List<LatencyMeasurement> latencies = [];
        foreach (int batchSize in s_batchSizes)
        {
            using Tensor images = test.Images(0, batchSize);
            latencies.Add(model.MeasureLatency(images, options, new LatencyOptions { MaximumTime = TimeSpan.FromSeconds(3) }, cancellationToken));
        }

        return new VariantMeasurement { Name = name, Accuracy = accuracy, FileByteCount = new FileInfo(path).Length, Latencies = latencies };
    }
}
