using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hone.Bench.Engines;
using Hone.Runtime;

namespace Hone.Bench.Workers;

/// <summary>The child side: loads one engine, then answers one line for each line on standard input.</summary>
internal static class WorkerLoop
{
    internal static int Run()
    {
        // Engines print what they like on standard output; the protocol keeps the real one for itself.
        TextWriter replies = Console.Out;
        Console.SetOut(TextWriter.Null);
        IBenchEngine? engine = null;
        while (Console.In.ReadLine() is { } line)
        {
            WorkerReply reply;
            try
            {
                reply = Answer(line, ref engine);
            }
            catch (Exception e)
            {
                reply = new WorkerReply($"{e.GetType().Name}: {e.Message}");
            }

            replies.WriteLine(JsonSerializer.Serialize(reply, WorkerJson.Default.WorkerReply));
            replies.Flush();
        }

        engine?.Dispose();
        return 0;
    }

    private static WorkerReply Answer(string line, ref IBenchEngine? engine)
    {
        if (line.StartsWith("round ", StringComparison.Ordinal))
            return new WorkerReply(Milliseconds: Round(engine!, int.Parse(line[6..])), PeakBytes: Process.GetCurrentProcess().PeakWorkingSet64);
        if (line == "output")
        {
            engine!.Run();
            return new WorkerReply(Output: engine.Output());
        }

        WorkerRequest request = JsonSerializer.Deserialize(line, WorkerJson.Default.WorkerRequest)!;
        float[] input = request.InputPath.Length > 0 ? MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(request.InputPath)).ToArray() : [];
        engine = request.Engine switch
        {
            "hone" => new HoneEngine(request.ModelPath, input, request.InputShape, new CompileOptions { Threads = request.Threads }),
            "hone-bf16" => new HoneEngine(request.ModelPath, input, request.InputShape, new CompileOptions { Threads = request.Threads, Precision = Precision.BFloat16 }),
            "hone-tokens" => new HoneEngine(request.ModelPath, input, request.InputShape, new CompileOptions { Threads = request.Threads, RemovesPadding = true }),
            "hone-bf16-tokens" => new HoneEngine(
                request.ModelPath, input, request.InputShape, new CompileOptions { Threads = request.Threads, Precision = Precision.BFloat16, RemovesPadding = true }),
            "onnxruntime" => new OnnxRuntimeEngine(request.ModelPath, input, request.InputShape, request.Threads),
            "libtorch" when request.ModelPath.EndsWith(".onnx", StringComparison.Ordinal) =>
                new LibtorchOperatorEngine(request.ModelPath, input, request.InputShape, request.Threads, channelsLast: false),
            "libtorch" => new LibtorchEngine(request.ModelPath, input, request.InputShape, request.Threads, channelsLast: false),
            "libtorch-channels-last" when request.ModelPath.EndsWith(".onnx", StringComparison.Ordinal) =>
                new LibtorchOperatorEngine(request.ModelPath, input, request.InputShape, request.Threads, channelsLast: true),
            "libtorch-channels-last" => new LibtorchEngine(request.ModelPath, input, request.InputShape, request.Threads, channelsLast: true),
            "hone-decoder" => new Decoders.HoneDecoderEngine(request.ModelPath, request.InputShape[0], request.InputShape[1], request.Threads),
            "onnxruntime-decoder" => new Decoders.OnnxRuntimeDecoderEngine(request.ModelPath, request.InputShape[0], request.InputShape[1], request.Threads),
            "ggml" => Products.GgmlEngine.Of(request.ModelPath, input, request.Threads),
            _ => throw new ArgumentException($"No engine is called '{request.Engine}'."),
        };
        return new WorkerReply();
    }

    private static double[] Round(IBenchEngine engine, int milliseconds)
    {
        List<double> times = [];
        long end = Stopwatch.GetTimestamp() + (milliseconds * Stopwatch.Frequency / 1000);
        // The first run after another process had the caches and cores is not this engine's fault.
        engine.Run();
        do
        {
            long start = Stopwatch.GetTimestamp();
            engine.Run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        while (Stopwatch.GetTimestamp() < end);
        return [.. times];
    }
}
