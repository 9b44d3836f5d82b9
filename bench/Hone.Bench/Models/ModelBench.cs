using System.Runtime.InteropServices;
using Hone.Bench.Peak;
using Hone.Bench.Workers;

namespace Hone.Bench.Models;

/// <summary>Times one case on all engines: separate processes whose rounds interleave, so that a drift of the machine hits all alike.</summary>
internal static class ModelBench
{
    private const int RoundMilliseconds = 400;

    internal static List<ModelRow> Run(ModelCase @case, int threads, double seconds, MachinePeak peak)
    {
        List<WorkerProcess> workers = [];
        try
        {
            string hone = @case.DataType == "bf16" ? "hone-bf16" : "hone";
            foreach ((string engine, string? path) in new[]
            {
                (hone, @case.OnnxPath),
                ($"{hone}-tokens", @case.HasPadding ? @case.OnnxPath : null),
                ("onnxruntime", @case.OnnxPath),
                ("libtorch", @case.TorchPath),
                ("libtorch-channels-last", @case is { DataType: "fp32", InputShape: [_, _, _, _] } ? @case.TorchPath : null),
            })
            {
                if (path is not null)
                    workers.Add(new WorkerProcess(new WorkerRequest(engine, path, @case.InputPath, @case.InputShape, threads)));
            }

            Dictionary<string, string> verdicts = Check(@case, workers);
            for (double spent = 0; spent < seconds; spent += RoundMilliseconds / 1000.0)
            {
                foreach (WorkerProcess worker in workers.Where(w => w.Failure is null))
                    worker.Round(RoundMilliseconds);
            }

            double limit = 1000 * @case.Operations / (threads * (@case.DataType == "int8" ? peak.Int8OperationsPerSecond : peak.Float32OperationsPerSecond));
            return [.. workers.Select(w => Row(@case, w, threads, limit, w.Failure ?? verdicts[w.Engine]))];
        }
        finally
        {
            foreach (WorkerProcess worker in workers)
                worker.Dispose();
        }
    }

    /// <summary>Compares outputs before anything is timed: with PyTorch's where known, else with ONNX Runtime's on the same file.</summary>
    private static Dictionary<string, string> Check(ModelCase @case, List<WorkerProcess> workers)
    {
        Dictionary<string, string> verdicts = [];
        Dictionary<string, float[]> outputs = [];
        foreach (WorkerProcess worker in workers.Where(w => w.Failure is null))
        {
            if (worker.Output() is { } output)
                outputs[worker.Engine] = output;
        }

        Func<int, bool> isCompared = @case.HasPadding ? RealTokens(@case) : _ => true;
        float[]? reference = @case.Expected ?? outputs.GetValueOrDefault("onnxruntime");
        foreach ((string engine, float[] output) in outputs)
        {
            // libtorch's int8 models have weights of their own.
            bool comparable = reference is not null && (@case.DataType == "fp32" || !engine.StartsWith("libtorch", StringComparison.Ordinal));
            verdicts[engine] = comparable ? $"error {RelativeError(reference!, output, isCompared):0.0e+0}" : "not comparable";
        }

        return verdicts;
    }

    /// <summary>Whether an output element belongs to a token that is no padding.</summary>
    private static Func<int, bool> RealTokens(ModelCase @case)
    {
        float[] tokens = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(@case.InputPath)).ToArray();
        int perToken = @case.Expected!.Length / tokens.Length;
        return element => tokens[element / perToken] != 0;
    }

    private static double RelativeError(float[] expected, float[] actual, Func<int, bool> isCompared)
    {
        if (expected.Length != actual.Length)
            return double.PositiveInfinity;
        double error = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Where((_, i) => isCompared(i)).Max();
        double scale = expected.Max(Math.Abs);
        // Random weights may round every output to 0; then only equality can be said.
        return error == 0 ? 0 : error / scale;
    }

    private static ModelRow Row(ModelCase @case, WorkerProcess worker, int threads, double limit, string verdict)
    {
        double[] sorted = [.. worker.Milliseconds.Order()];
        double? median = sorted.Length > 0 ? sorted[sorted.Length / 2] : null;
        return new ModelRow
        {
            Case = @case.Name,
            Engine = worker.Engine,
            DataType = @case.DataType,
            Threads = threads,
            MedianMilliseconds = median,
            P99Milliseconds = sorted.Length > 0 ? sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * 0.99))] : null,
            LimitMilliseconds = limit,
            FractionOfLimit = limit / median,
            Checked = verdict,
        };
    }
}
