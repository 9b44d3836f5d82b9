using System.Text.Json.Serialization;

namespace Hone.Bench.Workers;

/// <summary>What a worker process is to load.</summary>
/// <param name="Engine">hone or hone-bf16, with -tokens where padding is removed, onnxruntime, libtorch, libtorch-channels-last or ggml; hone-decoder, onnxruntime-decoder.</param>
/// <param name="ModelPath">The engine's own format: .onnx or .pt.</param>
/// <param name="InputPath">float32, little-endian, row-major; empty for decoders.</param>
/// <param name="InputShape">Shape of the input; of decoders, tokens and those before them.</param>
/// <param name="Threads">Number of threads.</param>
internal sealed record WorkerRequest(string Engine, string ModelPath, string InputPath, long[] InputShape, int Threads);

/// <summary>What a worker answers.</summary>
/// <param name="Error">Why it failed, or null.</param>
/// <param name="Milliseconds">The time of each run of a round.</param>
/// <param name="Output">The output, where it was asked for.</param>
/// <param name="PeakBytes">Most memory that the process has had resident.</param>
internal sealed record WorkerReply(string? Error = null, double[]? Milliseconds = null, float[]? Output = null, long PeakBytes = 0);

[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerReply))]
internal sealed partial class WorkerJson : JsonSerializerContext;
