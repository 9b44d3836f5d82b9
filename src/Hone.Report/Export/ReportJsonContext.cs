using System.Text.Json.Serialization;
using Hone.Report.Comparisons;
using Hone.Report.Measurements;

namespace Hone.Report.Export;

/// <summary>The serializers of everything this assembly measures, generated at build.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ModelReport))]
[JsonSerializable(typeof(ModelComparison))]
[JsonSerializable(typeof(LatencyMeasurement))]
[JsonSerializable(typeof(MachineDescription))]
public sealed partial class ReportJsonContext : JsonSerializerContext;
