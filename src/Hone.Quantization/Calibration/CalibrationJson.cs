using System.Text.Json.Serialization;

namespace Hone.Quantization.Calibration;

/// <summary>Reads and writes calibration results without reflection.</summary>
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CalibrationResult))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
