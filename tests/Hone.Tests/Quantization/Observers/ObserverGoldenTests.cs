using System.Text.Json;
using Hone.Quantization;
using Hone.Quantization.Observers;
using Hone.Tensors;

namespace Hone.Tests.Quantization.Observers;

public class ObserverGoldenTests
{
    public static TheoryData<string> Observers => new(
        "MinMaxObserver", "MovingAverageMinMaxObserver", "HistogramObserver", "PerChannelMinMaxObserver", "MovingAveragePerChannelMinMaxObserver");

    [Theory]
    [MemberData(nameof(Observers))]
    public void Parameters_AllBatchesAndSchemes_AreThoseOfPyTorch(string observerName)
    {
        int cases = 0;
        foreach (JsonElement data in GoldenFile.Load("observers.json").EnumerateArray())
        {
            Tensor[] batches = [.. data.GetProperty("batches").EnumerateArray().Select(GoldenFile.ToTensor)];
            foreach (JsonElement golden in data.GetProperty("observers").EnumerateArray().Where(o => o.GetProperty("observer").GetString() == observerName))
            {
                Observer observer = Create(golden);
                if (observer is TruncatedHistogramObserver)
                    observer.Observe(Concatenate(batches));
                else
                    Array.ForEach(batches, observer.Observe);
                Check($"{data.GetProperty("name")} {golden.GetProperty("dtype")} {golden.GetProperty("qscheme")}", golden, observer);
                cases++;
            }
        }

        Assert.True(cases >= 40, $"{cases} cases");
    }

    private static void Check(string name, JsonElement golden, Observer observer)
    {
        QuantizationParameters parameters = observer.Parameters();
        float[] scales = golden.Floats("scale");
        Assert.Equal(scales.Length, parameters.Scales.Length);
        for (int i = 0; i < scales.Length; i++)
            Assert.True(MathF.Abs(scales[i] - parameters.Scales[i]) <= 2e-6f * scales[i], $"{name}: expected scale {scales[i]}, got {parameters.Scales[i]}");
        Assert.True(golden.Integers("zero_point").SequenceEqual(parameters.ZeroPoints), $"{name}: expected {golden.GetProperty("zero_point")}, got {parameters.ZeroPoints[0]}");
    }

    private static Observer Create(JsonElement golden)
    {
        string name = golden.GetProperty("observer").GetString()!;
        QuantizationSpec spec = new()
        {
            DataType = golden.GetProperty("dtype").GetString() == "quint8" ? DataType.UInt8 : DataType.Int8,
            IsSymmetric = golden.GetProperty("qscheme").GetString()!.EndsWith("symmetric", StringComparison.Ordinal),
            ReducesRange = golden.GetProperty("reduce_range").GetBoolean(),
            Axis = golden.GetProperty("ch_axis").ValueKind == JsonValueKind.Null ? null : golden.GetProperty("ch_axis").GetInt32(),
        };
        return name switch
        {
            "HistogramObserver" => new TruncatedHistogramObserver(spec),
            "MovingAverageMinMaxObserver" or "MovingAveragePerChannelMinMaxObserver" => new MovingAverageMinMaxObserver(spec),
            _ => new MinMaxObserver(spec),
        };
    }

    private static Tensor Concatenate(Tensor[] batches)
    {
        float[] all = [.. batches.SelectMany(b => b.ToSingleArray())];
        return Tensor.Create(all, all.Length / batches[0].Shape[1], batches[0].Shape[1]);
    }
}
