using System.Diagnostics;
using Hone.Runtime;
using Hone.Torch.Inference;
using Hone.Torch.MemoryFormats;
using static TorchSharp.torch;

namespace EfficientTraining;

/// <summary>
/// Times the zoo's convolutional networks four ways: as users have them (<c>eval()</c> and <c>call</c>), in inference mode and channels-last, frozen on
/// libtorch, compiled to Hone's runtime.
/// </summary>
internal static class InferenceComparison
{
    internal static void Run(IReadOnlyList<string> names, int threads, int imageSize, double seconds, CancellationToken cancellationToken)
    {
        set_num_threads(threads);
        ZooNetwork[] networks = [.. ZooNetwork.All.Where(n => names.Count == 0 || names.Contains(n.Name, StringComparer.OrdinalIgnoreCase))];
        Console.WriteLine($"Medians in ms, {imageSize} x {imageSize}, batch 1, {threads} threads");
        Console.WriteLine($"{"network",-20}{"eval",10}{"ch.-last",10}{"frozen",10}{"compiled",10}{"eval/frozen",14}{"eval/compiled",15}");
        // The first network runs twice: code that .NET has not optimized yet must not count against it.
        foreach ((int turn, ZooNetwork network) in networks.Take(1).Concat(networks).Index())
        {
            random.manual_seed(1);
            using nn.Module net = network.Create();
            net.eval();
            using nn.Module turned = network.Create();
            turned.to_channels_last().eval();
            using Tensor x = randn(network.Shape(imageSize));
            using Tensor xTurned = x.Dimensions == 4 ? x.to_channels_last() : x.alias();
            using InferenceModule frozen = net.OptimizeForInference(x);
            using CompiledModule compiled = net.Compile(x, new CompileOptions { Threads = threads });
            double[] medians = Medians(
                seconds, cancellationToken, () => ZooNetwork.Call(net, x), InInferenceMode(turned, xTurned), InInferenceMode(frozen, x), InInferenceMode(compiled, x));
            if (turn > 0)
                Console.WriteLine($"{network.Name,-20}{string.Concat(medians.Select(m => $"{m,10:0.00}"))}{medians[0] / medians[2],14:0.00}{medians[0] / medians[3],15:0.00}");
        }
    }

    private static Action InInferenceMode(nn.Module module, Tensor input) => () =>
    {
        using IDisposable mode = inference_mode();
        ZooNetwork.Call(module, input);
    };

    /// <summary>In turns, so that all meet the same disturbances.</summary>
    private static double[] Medians(double seconds, CancellationToken cancellationToken, params ReadOnlySpan<Action> candidates)
    {
        List<double>[] times = new List<double>[candidates.Length];
        for (int i = 0; i < times.Length; i++)
            times[i] = [];
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round < 8 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; round++)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long before = Stopwatch.GetTimestamp();
                candidates[i]();
                if (round >= 3)
                    times[i].Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            }
        }

        return [.. times.Select(t => t.Order().ElementAt(t.Count / 2))];
    }
}
