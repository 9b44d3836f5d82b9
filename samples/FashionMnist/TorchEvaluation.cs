using Hone.Report.Measurements;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionMnist;

/// <summary>Accuracy and latency of a module on libtorch: what every other variant is compared with.</summary>
internal static class TorchEvaluation
{
    private const int BatchSize = 500;

    internal static AccuracyMeasurement Accuracy(nn.Module<Tensor, Tensor> module, Tensor images, Tensor labels)
    {
        module.eval();
        using IDisposable mode = inference_mode();
        long correct = 0;
        for (long start = 0; start < images.shape[0]; start += BatchSize)
        {
            using DisposeScope scope = NewDisposeScope();
            long end = Math.Min(start + BatchSize, images.shape[0]);
            Tensor predicted = module.call(images.slice(0, start, end, 1)).argmax(1);
            correct += predicted.eq(labels.slice(0, start, end, 1)).sum().item<long>();
        }

        return new AccuracyMeasurement((int)correct, (int)images.shape[0]);
    }

    internal static LatencyMeasurement Latency(nn.Module<Tensor, Tensor> module, Tensor images, int batchSize)
    {
        module.eval();
        using IDisposable mode = inference_mode();
        using Tensor batch = images.slice(0, 0, batchSize, 1);
        return LatencyMeter.Measure(batchSize, () => module.call(batch).Dispose());
    }
}
