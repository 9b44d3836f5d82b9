using System.Text.Json;
using Hone.Tensors;

namespace Hone.Tests.Quantization;

/// <summary>Reads the cases that PyTorch computed.</summary>
internal static class GoldenFile
{
    internal static JsonElement Load(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Quantization", "Golden", name)));
        return document.RootElement.Clone();
    }

    internal static float[] Floats(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(e => (float)e.GetDouble())];

    internal static int[] Integers(this JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(e => e.GetInt32())];

    /// <summary>A tensor stored as an object with <c>shape</c> and <c>data</c>.</summary>
    internal static Tensor ToTensor(this JsonElement element)
    {
        long[] shape = [.. element.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())];
        return Tensor.Create(element.Floats("data"), shape);
    }
}
