using System.Diagnostics;
using Hone;
using Hone.Samples.Zoo.Vision;
using Hone.Torch;
using static TorchSharp.torch;

namespace EfficientTraining;

/// <summary>Times what capturing and writing ResNet-50 cost beside running it.</summary>
internal static class CaptureTiming
{
    internal static void Run(string output)
    {
        using ResNet net = ResNet.ResNet50();
        net.eval();
        using Tensor x = randn(2, 3, 224, 224);
        _ = Forward();
        double forward = Forward();
        long start = Stopwatch.GetTimestamp();
        Model model = net.Capture(x);
        double capture = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        model.Save(output);
        double save = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"ResNet-50: forward {forward:0.00} s, capture {capture:0.00} s, export {save:0.00} s; "
            + $"beyond two forward passes {capture + save - (2 * forward):0.00} s");

        double Forward()
        {
            using IDisposable mode = no_grad();
            long begin = Stopwatch.GetTimestamp();
            net.call(x).Dispose();
            return Stopwatch.GetElapsedTime(begin).TotalSeconds;
        }
    }
}
