using Hone;
using Hone.Datasets;
using Hone.Report.Export;
using Hone.Report.Measurements;
using Hone.Runtime;
using Hone.Torch;
using Hone.Torch.Distributed;
using Hone.Torch.Qat;
using Spectre.Console;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;

namespace FashionMnist;

/// <summary>The workflow of PyTorch's beginner tutorial, and behind it the efficient one.</summary>
/// <param name="options">What the command line asks for.</param>
/// <param name="group">The processes that train together, or null for one; all but the first are done after training.</param>
internal sealed class Workflow(WorkflowOptions options, MpiProcessGroup? group)
{
    private const double LearningRate = 0.003;
    private const double QatLearningRate = 0.0005;
    private const int CalibrationImages = 1024;
    private static readonly int[] s_batchSizes = [1, 64];

    private readonly CompileOptions _compile = new() { Threads = options.Threads };

    private bool IsFirst => group is null or { Rank: 0 };

    /// <returns>The report, or null in all processes but the first.</returns>
    internal async Task<ModelReport?> RunAsync(CancellationToken cancellationToken)
    {
        if (options.Threads > 0)
            set_num_threads(options.Threads);
        random.manual_seed(options.Seed);
        Directory.CreateDirectory(options.Output);

        (Hone.Datasets.FashionMnist train, Hone.Datasets.FashionMnist test) = await LoadAsync(cancellationToken).ConfigureAwait(false);
        using Tensor images = TorchData.Images(train);
        using Tensor labels = TorchData.Labels(train);
        using Tensor testImages = TorchData.Images(test);
        using Tensor testLabels = TorchData.Labels(test);

        using SmallResNet net = new(options.Width);
        Trainer trainer = new(images, labels, options.BatchSize, group);
        Train("train", trainer, net, options.Epochs, LearningRate, null, testImages, testLabels, cancellationToken);
        net.eval();

        using Tensor example = testImages.slice(0, 0, 2, 1);
        Model captured = net.Capture(example);
        Model trained = TrainForQuantization(trainer, captured, testImages, testLabels, cancellationToken);
        if (!IsFirst)
            return null;
        Model optimized = captured.Optimize(cancellationToken: cancellationToken);
        string input = captured.Graph.Inputs[0].Name;
        Model dynamic = captured.QuantizeDynamic();
        Model @static = captured.QuantizeStatic(train.Take(CalibrationImages).Inputs(input, 64), cancellationToken: cancellationToken);

        List<VariantMeasurement> variants = [TorchVariant(net, testImages, testLabels)];
        (string Name, Model Model)[] models = [("fp32", optimized), ("int8 dynamic", dynamic), ("int8 static", @static), ("int8 QAT", trained)];
        foreach ((string name, Model model) in models)
            variants.Add(Measure(name, model, test, cancellationToken));
        IReadOnlyList<AttributionExample> explanations = Explanations.Of(net, models, testImages, testLabels, cancellationToken);
        return Report(variants, explanations, train.Count, test.Count);
    }

    private async Task<(Hone.Datasets.FashionMnist Train, Hone.Datasets.FashionMnist Test)> LoadAsync(CancellationToken cancellationToken)
    {
        string? folder = await FashionMnistSource.FindFolderAsync(options.Data, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (IsFirst)
            AnsiConsole.MarkupLineInterpolated($"Data: {folder ?? "the subset that comes along (no folder with the data set was found)"}");
        return folder is null
            ? (FashionMnistSource.Embedded(FashionMnistPart.Train), FashionMnistSource.Embedded(FashionMnistPart.Test))
            : (FashionMnistSource.Load(folder, FashionMnistPart.Train).Take(options.Limit), FashionMnistSource.Load(folder, FashionMnistPart.Test));
    }

    private void Train(
        string name,
        Trainer trainer,
        nn.Module<Tensor, Tensor> module,
        int epochs,
        double learningRate,
        Action<int>? afterEpoch,
        Tensor images,
        Tensor labels,
        CancellationToken cancellationToken)
    {
        string? checkpoint = options.Checkpoints is null ? null : Path.Combine(Directory.CreateDirectory(options.Checkpoints).FullName, $"{name}.checkpoint");
        if (!IsFirst)
        {
            trainer.Train(module, epochs, learningRate, options.Seed, epoch => afterEpoch?.Invoke(epoch.Number), checkpoint: checkpoint, cancellationToken: cancellationToken);
            return;
        }

        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).Start(bars =>
        {
            ProgressTask bar = bars.AddTask(name, maxValue: 1);
            trainer.Train(
                module,
                epochs,
                learningRate,
                options.Seed,
                epoch =>
                {
                    double accuracy = TorchEvaluation.Accuracy(module, images, labels).Accuracy;
                    AnsiConsole.MarkupLineInterpolated($"{name}: epoch {epoch.Number} of {epochs}, {epoch.ImagesPerSecond:0} images/s, accuracy {accuracy:P2}");
                    afterEpoch?.Invoke(epoch.Number);
                },
                new BarProgress(bar),
                checkpoint,
                cancellationToken);
        });
    }

    /// <summary>Ranges and statistics are frozen for the last epoch, so that the weights settle on the grid that is converted.</summary>
    private Model TrainForQuantization(Trainer trainer, Model captured, Tensor images, Tensor labels, CancellationToken cancellationToken)
    {
        using QatModule qat = QatModule.Prepare(captured);
        Train("train for int8", trainer, qat, options.QatEpochs, QatLearningRate, Freeze, images, labels, cancellationToken);
        return qat.Convert();

        void Freeze(int epoch)
        {
            if (epoch != options.QatEpochs - 1)
                return;
            qat.FreezeObservers();
            qat.FreezeBatchNorm();
        }
    }

    private static VariantMeasurement TorchVariant(SmallResNet net, Tensor images, Tensor labels) => new()
    {
        Name = "TorchSharp",
        Description = "the trained module on libtorch, in inference mode",
        Accuracy = TorchEvaluation.Accuracy(net, images, labels),
        Latencies = [.. s_batchSizes.Select(b => TorchEvaluation.Latency(net, images, b))],
    };

    private VariantMeasurement Measure(string name, Model model, Hone.Datasets.FashionMnist test, CancellationToken cancellationToken)
    {
        string path = Path.Combine(options.Output, $"{name.Replace(' ', '-')}.onnx");
        model.Save(path);
        AccuracyMeasurement accuracy = model.EvaluateAccuracy(test.Batches(500), _compile, cancellationToken: cancellationToken);
        List<LatencyMeasurement> latencies = [];
        foreach (int batchSize in s_batchSizes)
        {
            using HoneTensor batch = test.Images(0, batchSize);
            latencies.Add(model.MeasureLatency(batch, _compile, cancellationToken: cancellationToken));
        }

        return new VariantMeasurement { Name = name, Accuracy = accuracy, FileByteCount = new FileInfo(path).Length, Latencies = latencies };
    }

    private ModelReport Report(List<VariantMeasurement> variants, IReadOnlyList<AttributionExample> explanations, int trainCount, int testCount)
    {
        ModelReport report = new()
        {
            Title = "Fashion-MNIST: smaller and faster",
            CreatedAt = DateTimeOffset.Now,
            Machine = MachineDescription.Current(Hone.Kernels.Cpu.CpuInfo.Features.Tier.ToString()),
            Baseline = "fp32",
            SpeedReferences = ["TorchSharp", "fp32"],
            Variants = variants,
            Attributions = explanations,
            Settings = new Dictionary<string, string>
            {
                ["data"] = $"Fashion-MNIST, {trainCount} images to train on, {testCount} to test on",
                ["epochs"] = $"{options.Epochs}, and {options.QatEpochs} for int8",
                ["seed"] = options.Seed.ToString(),
                ["threads"] = options.Threads == 0 ? "all" : options.Threads.ToString(),
            },
        };
        ReportHtml.Save(report, Path.Combine(options.Output, "report.html"));
        ReportJson.Save(report, Path.Combine(options.Output, "report.json"));
        return report;
    }
}
