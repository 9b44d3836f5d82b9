using Hone.Quantization.Calibration;
using Hone.Quantization.Observers;

namespace Hone.Tests.Quantization;

public sealed class CalibrationResultTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hone").FullName;

    [Fact]
    public void Save_ThenLoad_GivesTheSame()
    {
        string path = Path.Combine(_directory, "calibration.json");
        CalibrationResult result = Result(("x", -1, 2), ("y", 0, 0.1f));
        result.Save(path);
        CalibrationResult loaded = CalibrationResult.Load(path);
        Assert.Equal(result.BatchCount, loaded.BatchCount);
        Assert.Equal(result.Activations["y"].Ranges, loaded.Activations["y"].Ranges);
        Assert.Equal(result.Activations["y"].Bins, loaded.Activations["y"].Bins);
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"Version":2,"BatchCount":1,"Activations":{}}""")]
    [InlineData("""{"Version":1,"BatchCount":1,"Activations":{"x":null}}""")]
    [InlineData("""{"Version":1,"BatchCount":1,"Activations":{"x":{"BatchCount":1,"Ranges":[{"Minimum":2,"Maximum":1}]}}}""")]
    [InlineData("""{"Version":1,"BatchCount":1,"Activations":{"x":{"BatchCount":1,"Ranges":[{"Minimum":0,"Maximum":1}],"Bins":[-1]}}}""")]
    public void Load_OfDamagedFile_Throws(string text)
    {
        string path = Path.Combine(_directory, "damaged.json");
        File.WriteAllText(path, text);
        Assert.Contains("damaged.json", Assert.Throws<QuantizationException>(() => CalibrationResult.Load(path)).Message);
    }

    [Fact]
    public void DriftSince_NamesWhatMoved_MostMovedFirst()
    {
        IReadOnlyList<RangeDrift> drift = Result(("x", -1, 2), ("y", 0, 0.5f), ("z", 0, 1)).DriftSince(Result(("x", -1, 1.9f), ("y", 0, 0.1f)));
        Assert.Equal(["y", "x"], drift.Select(d => d.Activation));
        Assert.Equal(4, drift[0].Shift, 1e-5);
        Assert.True(drift[0].Exceeds);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static CalibrationResult Result(params (string Name, float Minimum, float Maximum)[] ranges) => new()
    {
        BatchCount = 3,
        Activations = ranges.ToDictionary(
            r => r.Name,
            r => new ObserverState { BatchCount = 3, Ranges = [new(r.Minimum, r.Maximum)], Bins = [1, 0.5f, 7] }),
    };
}
