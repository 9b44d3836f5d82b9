using System.Text.Json.Serialization;

namespace Hone.Bench.Models;

/// <summary>One result, as written to the JSON file.</summary>
internal sealed record ModelRow
{
    [JsonPropertyName("case")]
    public required string Case { get; init; }

    [JsonPropertyName("engine")]
    public required string Engine { get; init; }

    [JsonPropertyName("dtype")]
    public required string DataType { get; init; }

    [JsonPropertyName("threads")]
    public required int Threads { get; init; }

    [JsonPropertyName("median_ms")]
    public double? MedianMilliseconds { get; init; }

    [JsonPropertyName("p99_ms")]
    public double? P99Milliseconds { get; init; }

    [JsonPropertyName("limit_ms")]
    public double? LimitMilliseconds { get; init; }

    [JsonPropertyName("fraction_of_limit")]
    public double? FractionOfLimit { get; init; }

    [JsonPropertyName("checked")]
    public required string Checked { get; init; }
}

[JsonSerializable(typeof(List<ModelRow>))]
[JsonSourceGenerationOptions(WriteIndented = true)]
internal sealed partial class ModelRowJson : JsonSerializerContext;
