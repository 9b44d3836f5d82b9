using Hone.Evaluation;
using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Calibration;
using Hone.Quantization.Static;
using Hone.Tensors;

namespace Hone.Tests.Quantization;

public class CalibratorTests
{
    [Fact]
    public void EmptySet_Throws()
    {
        using Calibrator calibrator = Create();
        Assert.Contains("empty", Assert.Throws<QuantizationException>(() => calibrator.Observe([])).Message);
        Assert.Throws<QuantizationException>(calibrator.Parameters);
    }

    [Fact]
    public void NaN_NamesTheTensor()
    {
        using Calibrator calibrator = Create();
        Assert.Equal("x", Assert.Throws<QuantizationException>(() => calibrator.Observe(Batch(float.NaN))).TensorName);
    }

    [Fact]
    public void Cancellation_StopsBetweenBatches()
    {
        using Calibrator calibrator = Create();
        using CancellationTokenSource source = new();
        Progress progress = new(source.Cancel);
        Assert.Throws<OperationCanceledException>(() => calibrator.Observe(Enumerable.Repeat(Batch(1), 100), progress, source.Token));
        Assert.Equal(1, calibrator.BatchCount);
    }

    [Fact]
    public async Task AsynchronousBatches_AreObserved()
    {
        using Calibrator calibrator = Create();
        await calibrator.ObserveAsync(Batches());
        Assert.Equal(3, calibrator.BatchCount);
        Assert.Equal(3f / 255, calibrator.Parameters()["x"].Scale, 1e-6f);

        static async IAsyncEnumerable<IReadOnlyDictionary<string, Tensor>> Batches()
        {
            for (int i = 1; i <= 3; i++)
            {
                await Task.Yield();
                yield return Batch(i);
            }
        }
    }

    [Fact]
    public void WrongShape_NamesTheInput()
    {
        using Calibrator calibrator = Create();
        Assert.Throws<ShapeMismatchException>(() => calibrator.Observe(new Dictionary<string, Tensor> { ["x"] = Tensor.Vector(1f) }));
    }

    private static Calibrator Create()
    {
        GraphBuilder builder = new("linear");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 2));
        Value w = builder.Constant("w", Tensor.Create([1f, 2f, 3f, 4f], 2, 2));
        builder.Output(builder.Node("MatMul", [x, w], outputName: "y"));
        StaticQuantizationConfig config = new() { Observer = Hone.Quantization.Observers.ObserverKind.MinMax };
        return new Calibrator(Annotator.Annotate(builder.Build(), config), config, ReferenceEngine.Instance);
    }

    private static Dictionary<string, Tensor> Batch(float value) => new() { ["x"] = Tensor.Create([value, 0f], 1, 2) };

    private sealed class Progress(Action act) : IProgress<int>
    {
        public void Report(int value) => act();
    }
}
