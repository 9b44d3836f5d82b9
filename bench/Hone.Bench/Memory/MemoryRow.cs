using System.Text.Json.Serialization;

namespace Hone.Bench.Memory;

/// <summary>What an engine costs besides time per run.</summary>
internal sealed record MemoryRow
{
    [JsonPropertyName("case")]
    public required string Case { get; init; }

    [JsonPropertyName("engine")]
    public required string Engine { get; init; }

    /// <value>How the program that starts the engine was compiled: jit, ready-to-run or native-aot.</value>
    [JsonPropertyName("program")]
    public required string Program { get; init; }

    [JsonPropertyName("dtype")]
    public required string DataType { get; init; }

    /// <value>Milliseconds from the start of the process to the first result; the median of the rounds.</value>
    [JsonPropertyName("cold_start_ms")]
    public required double ColdStartMilliseconds { get; init; }

    /// <value>Most memory that the process had resident, in bytes.</value>
    [JsonPropertyName("peak_bytes")]
    public required long PeakBytes { get; init; }

    /// <value>Bytes of the assemblies and native libraries that a program ships besides .NET itself.</value>
    [JsonPropertyName("shipped_bytes")]
    public required long ShippedBytes { get; init; }
}

[JsonSerializable(typeof(List<MemoryRow>))]
[JsonSourceGenerationOptions(WriteIndented = true)]
internal sealed partial class MemoryRowJson : JsonSerializerContext;
