using System.Text.Json;
using Hone.Tensors;

namespace Hone.Weights.Safetensors;

/// <summary>The JSON header of a safetensors file, checked against the size of the data that follows.</summary>
/// <remarks>Format: https://huggingface.co/docs/safetensors. The tensors cover the data without overlap and without a hole.</remarks>
internal sealed record SafetensorsHeader(IReadOnlyList<(WeightEntry Entry, long Offset)> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    internal const string MetadataKey = "__metadata__";

    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <param name="json">The header.</param>
    /// <param name="dataLength">Bytes that follow it.</param>
    /// <exception cref="WeightFileException">The header breaks the rules of the format.</exception>
    internal static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, s_options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new WeightFileException("The header is not a JSON object.");
            List<(WeightEntry Entry, long Offset)> tensors = [];
            Dictionary<string, string> metadata = new(StringComparer.Ordinal);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey)
                    ReadMetadata(property.Value, metadata);
                else
                    tensors.Add(ReadTensor(property.Name, property.Value, dataLength));
            }

            CheckCoverage(tensors, dataLength);
            return new SafetensorsHeader(tensors, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new WeightFileException($"The header is not the JSON of a safetensors file: {e.Message}", e);
        }
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata)
    {
        foreach (JsonProperty property in element.EnumerateObject())
            metadata[property.Name] = property.Value.GetString() ?? "";
    }

    private static (WeightEntry Entry, long Offset) ReadTensor(string name, JsonElement element, long dataLength)
    {
        string typeName = Property(name, element, "dtype").GetString() ?? "";
        DataType type = SafetensorsTypes.Parse(typeName);
        if (type == DataType.Undefined)
            throw new WeightFileException(name, $"the element type '{typeName}' is not supported.");
        long[] offsets = Numbers(name, Property(name, element, "data_offsets"));
        if (offsets.Length != 2 || offsets[0] > offsets[1] || offsets[1] > dataLength)
            throw new WeightFileException(name, $"the offsets [{string.Join(", ", offsets)}] are no range within the {dataLength} bytes of data.");
        WeightEntry entry = new(name, type, Shape(name, Numbers(name, Property(name, element, "shape"))));
        if (ByteCount(entry) != offsets[1] - offsets[0])
            throw new WeightFileException(name, $"{type.DisplayName()} {entry.Shape} needs {ByteCount(entry)} bytes, the offsets give {offsets[1] - offsets[0]}.");
        return (entry, offsets[0]);
    }

    private static JsonElement Property(string name, JsonElement element, string property) =>
        element.TryGetProperty(property, out JsonElement value) ? value : throw new WeightFileException(name, $"has no '{property}'.");

    private static long[] Numbers(string name, JsonElement element)
    {
        long[] numbers = [.. element.EnumerateArray().Select(item => item.GetInt64())];
        return numbers.All(number => number >= 0) ? numbers : throw new WeightFileException(name, "has a negative size or offset.");
    }

    private static TensorShape Shape(string name, long[] dimensions)
    {
        try
        {
            return new TensorShape(dimensions);
        }
        catch (OverflowException)
        {
            throw new WeightFileException(name, $"the shape [{string.Join(", ", dimensions)}] has more than 2^63-1 elements.");
        }
    }

    private static long ByteCount(WeightEntry entry)
    {
        try
        {
            return entry.DataType.ByteCount(entry.Shape.ElementCount);
        }
        catch (OverflowException)
        {
            throw new WeightFileException(entry.Name, $"the shape {entry.Shape} needs more than 2^60 bytes.");
        }
    }

    private static void CheckCoverage(List<(WeightEntry Entry, long Offset)> tensors, long dataLength)
    {
        long end = 0;
        foreach ((WeightEntry entry, long offset) in tensors.OrderBy(t => t.Offset).ThenBy(t => ByteCount(t.Entry)))
        {
            if (offset != end)
                throw new WeightFileException(entry.Name, $"begins at byte {offset} where {end} was expected: the tensors {(offset < end ? "overlap" : "leave a hole")}.");
            end = offset + ByteCount(entry);
        }

        if (end != dataLength)
            throw new WeightFileException($"The file has {dataLength} bytes of data, its tensors end at byte {end}.");
    }
}
