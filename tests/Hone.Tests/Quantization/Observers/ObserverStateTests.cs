using Hone.Quantization;
using Hone.Quantization.Observers;
using Hone.Tensors;

namespace Hone.Tests.Quantization.Observers;

public class ObserverStateTests
{
    public static TheoryData<ObserverKind> Kinds() => [.. Enum.GetValues<ObserverKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Merge_IntoAFreshObserver_GivesTheSameParameters(ObserverKind kind)
    {
        Observer observer = Create(kind);
        observer.Observe(Normal(1, 1000, 1));
        observer.Observe(Normal(2, 1000, 3));
        Observer restored = Create(kind);
        restored.Merge(observer.Save());
        Assert.Equal(observer.Parameters().Scales, restored.Parameters().Scales);
        Assert.Equal(observer.Parameters().ZeroPoints, restored.Parameters().ZeroPoints);
        Assert.Equal(2, restored.BatchCount);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Merge_OfNothing_ChangesNothing(ObserverKind kind)
    {
        Observer observer = Create(kind);
        observer.Merge(Create(kind).Save());
        Assert.Equal(0, observer.BatchCount);
    }

    [Fact]
    public void Merge_OfHistograms_KeepsEveryElement()
    {
        Observer left = Create(ObserverKind.Histogram);
        Observer right = Create(ObserverKind.Histogram);
        left.Observe(Normal(1, 5000, 1));
        right.Observe(Normal(2, 3000, 10));
        left.Merge(right.Save());
        ObserverState merged = left.Save();
        Assert.Equal(8000, merged.Bins!.Sum(b => (double)b), 8000 * 1e-5);
        Assert.Equal(right.Ranges[0].Maximum, merged.Ranges[0].Maximum);
    }

    [Fact]
    public void Merge_OfAnotherKind_Throws()
    {
        Observer minMax = Create(ObserverKind.MinMax);
        minMax.Observe(Normal(1, 10, 1));
        Assert.Throws<QuantizationException>(() => Create(ObserverKind.Histogram).Merge(minMax.Save()));
    }

    [Theory]
    [InlineData(float.NaN, 1f)]
    [InlineData(2f, 1f)]
    public void Merge_OfDamagedRanges_Throws(float minimum, float maximum) =>
        Assert.Throws<QuantizationException>(() => Create(ObserverKind.MinMax).Merge(new ObserverState { BatchCount = 1, Ranges = [new(minimum, maximum)] }));

    [Fact]
    public void Histogram_GrownRange_KeepsMassAndChoosesWithinData()
    {
        HistogramObserver observer = new(new QuantizationSpec());
        foreach (float scale in new[] { 0.01f, 1f, 100f, 3f })
            observer.Observe(Normal(3, 4000, scale));
        Assert.Equal(16000, observer.Save().Bins!.Sum(b => (double)b), 16000 * 1e-5);
        QuantizationParameters parameters = observer.Parameters();
        float width = observer.Ranges[0].Maximum - observer.Ranges[0].Minimum;
        Assert.InRange(parameters.Scale * 255, width / 20, width * 1.0001f);
    }

    [Fact]
    public void PerChannel_AnotherNumberOfChannels_Throws()
    {
        MinMaxObserver observer = new(new QuantizationSpec { Axis = 0 });
        observer.Observe(Normal(1, 6, 1).Reshape(new TensorShape(2, 3)));
        Assert.Throws<QuantizationException>(() => observer.Observe(Normal(1, 6, 1).Reshape(new TensorShape(3, 2))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(37)]
    public void Observe_NonFiniteAnywhere_Throws(int place)
    {
        float[] elements = new float[38];
        elements[place] = float.NegativeInfinity;
        Assert.Throws<QuantizationException>(() => Create(ObserverKind.MinMax).Observe(Tensor.Vector<float>(elements)));
    }

    private static Observer Create(ObserverKind kind) => kind switch
    {
        ObserverKind.MinMax => new MinMaxObserver(new QuantizationSpec()),
        ObserverKind.MovingAverageMinMax => new MovingAverageMinMaxObserver(new QuantizationSpec()),
        ObserverKind.Histogram => new HistogramObserver(new QuantizationSpec()),
        _ => new PercentileObserver(new QuantizationSpec(), 99),
    };

    private static Tensor Normal(int seed, int count, float scale)
    {
        Random random = new(seed);
        return Tensor.Vector<float>([.. Enumerable.Range(0, count).Select(_ => scale * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))]);
    }
}
