using System.Text.Json;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Qat;

/// <summary>Reads the cases that PyTorch computed.</summary>
internal static class GoldenFile
{
    internal static JsonElement Load(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Qat", "Golden", name)));
        return document.RootElement.Clone();
    }

    internal static float[] Floats(this JsonElement element, string name) => element.GetProperty(name).EnumerateArray().Select(e => (float)e.GetDouble()).ToArray();

    internal static Tensor Tensor(this JsonElement element, string name)
    {
        JsonElement tensor = element.GetProperty(name);
        return TorchSharp.torch.tensor(tensor.Floats("data"), tensor.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()).ToArray());
    }

    internal static void AssertClose(IReadOnlyList<float> expected, Tensor actual, float relative = 1e-6f)
    {
        float[] values = actual.detach().contiguous().data<float>().ToArray();
        Assert.Equal(expected.Count, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            float tolerance = relative * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance, $"Element {i}: expected {expected[i]}, got {values[i]}.");
        }
    }
}
