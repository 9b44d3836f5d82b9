using System.Diagnostics;
using Hone.Runtime;
using Hone.Samples.Zoo.Vision;
using Hone.Torch.Inference;
using Hone.Torch.MemoryFormats;
using static TorchSharp.torch;

namespace EfficientTraining;

/// <summary>Times the zoo's image classifiers three ways: as they are, frozen on libtorch, compiled to Hone's runtime.</summary>
internal static class InferenceComparison
{
    private static readonly (string Name, Func<nn.Module<Tensor, Tensor>> Create)[] s_networks =
    [
        ("ResNet-18", () => ResNet.ResNet18()),
        ("ResNet-50", () => ResNet.ResNet50()),
        ("MobileNetV2", () => new MobileNetV2()),
        ("MobileNetV3 small", () => MobileNetV3.Small()),
        ("EfficientNet-B0", () => new EfficientNet()),
        ("ShuffleNetV2", () => ShuffleNetV2.X10()),
        ("SqueezeNet", () => new SqueezeNet()),
        ("DenseNet-121", () => new DenseNet()),
        ("VGG-16", () => new Vgg()),
    ];

    internal static void Run(int threads, int imageSize, double seconds, CancellationToken cancellationToken)
    {
        set_num_threads(threads);
        Console.WriteLine($"{"network",-20}{"eval",10}{"ch.-last",10}{"frozen",10}{"compiled",10}{"eval/frozen",14}{"eval/compiled",15}   (ms, {imageSize} x {imageSize}, batch 1, {threads} threads)");
        // The first network runs twice: code that .NET has not optimized yet must not count against it.
        foreach ((int turn, (string name, Func<nn.Module<Tensor, Tensor>> create)) in s_networks.Prepend(s_networks[0]).Index())
        {
            random.manual_seed(1);
            using nn.Module<Tensor, Tensor> net = create();
            net.eval();
            using nn.Module<Tensor, Tensor> turned = create();
            turned.to_channels_last().eval();
            using Tensor x = randn(1, 3, imageSize, imageSize);
            using Tensor xTurned = x.to_channels_last();
            using InferenceModule frozen = net.OptimizeForInference(x);
            using CompiledModule compiled = net.Compile(x, new CompileOptions { Threads = threads });
            double[] medians = Medians(seconds, [(net, x), (turned, xTurned), (frozen, x), (compiled, x)], cancellationToken);
            double eval = Math.Min(medians[0], medians[1]);
            if (turn > 0)
                Console.WriteLine($"{name,-20}{medians[0],10:0.00}{medians[1],10:0.00}{medians[2],10:0.00}{medians[3],10:0.00}{eval / medians[2],14:0.00}{eval / medians[3],15:0.00}");
        }
    }

    /// <summary>In turns, so that all meet the same disturbances.</summary>
    private static double[] Medians(double seconds, (nn.Module<Tensor, Tensor> Module, Tensor Input)[] candidates, CancellationToken cancellationToken)
    {
        using IDisposable mode = inference_mode();
        List<double>[] times = [.. candidates.Select(_ => new List<double>())];
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < 8 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; round++)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long before = Stopwatch.GetTimestamp();
                candidates[i].Module.call(candidates[i].Input).Dispose();
                if (round >= 3)
                    times[i].Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
    }
}
