using Hone.Datasets;
using Hone.Graphs;
using Hone.Report.Measurements;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Facade;

/// <summary>The path that users take, on a small network and real images.</summary>
public class FacadeTests
{
    private static readonly string[] s_labels = ["fp32", "dynamic", "static"];

    [Fact]
    public void EveryVariant_GivesTheSameInHoneAndOnnxRuntime()
    {
        Model model = ConvNet();
        FashionMnist data = FashionMnistSource.Embedded(FashionMnistPart.Train);
        Model[] variants = [model.Optimize(), model.QuantizeDynamic(), model.QuantizeStatic(data.Inputs("image", 64))];
        foreach ((Model variant, string label) in variants.Zip(s_labels))
        {
            GraphChecker.Check(variant.Graph);
            using CompiledModel compiled = variant.Compile();
            using Tensor images = data.Images(0, 16);
            using Tensor actual = compiled.Run(images);
            using OnnxRuntimeSession session = OnnxRuntimeSession.Of(variant);
            using Tensor expected = session.Run(new Dictionary<string, Tensor> { ["image"] = images })[0];
            double range = expected.ToSingleArray().Max(Math.Abs);
            // Integer models may round a code differently next to a tie; fp32 may not.
            TensorAssert.Close(expected, actual, 0, (label == "fp32" ? 1e-5 : 0.03) * range, label);
        }
    }

    [Fact]
    public void Functions_LeaveTheirModelAlone()
    {
        Model model = ConvNet();
        string before = model.Graph.ToString();
        model.Optimize();
        model.QuantizeDynamic();
        model.QuantizeStatic(FashionMnistSource.Embedded(FashionMnistPart.Train).Take(64).Inputs("image", 32));
        Assert.Equal(before, model.Graph.ToString());
    }

    [Fact]
    public void Accuracy_IsCounted()
    {
        AccuracyMeasurement accuracy = ConvNet().EvaluateAccuracy(FashionMnistSource.Embedded(FashionMnistPart.Train).Batches(100));
        Assert.Equal(512, accuracy.SampleCount);
        Assert.InRange(accuracy.CorrectCount, 0, 512);
    }

    [Fact]
    public void Cancellation_StopsOptimizingAndCalibrating()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => ConvNet().Optimize(cancellationToken: source.Token));
        Assert.Throws<OperationCanceledException>(() => ConvNet().QuantizeStatic([], cancellationToken: source.Token));
    }

    [Fact]
    public void UnwritablePath_IsATypedError() =>
        Assert.Throws<HoneException>(() => ConvNet().Save(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString(), "x.onnx")));

    [Fact]
    public void WrongInputs_OfACompiledModel_AreTypedErrors()
    {
        using CompiledModel compiled = ConvNet().Compile();
        using Tensor wrongShape = new(DataType.Float32, new TensorShape(1, 1, 28, 27));
        using Tensor wrongType = new(DataType.Int32, new TensorShape(1, 1, 28, 28));
        Assert.Throws<ShapeMismatchException>(() => compiled.Run(wrongShape));
        Assert.Throws<ShapeMismatchException>(() => compiled.Run(wrongType));
        Assert.Throws<ShapeMismatchException>(() => compiled.Run(new Dictionary<string, Tensor>()));
    }

    private static Model ConvNet()
    {
        Random random = new(0);
        GraphBuilder builder = new("net");
        AttributeMap padded = AttributeMap.Of(("pads", new long[] { 1, 1, 1, 1 }));
        Value x = builder.Input("image", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 1, 28, 28));
        Value y = builder.Node("Relu", [builder.Node("Conv", [x, Weight("w1", 0.5, 8, 1, 3, 3), Weight("b1", 0.1, 8)], padded)]);
        y = builder.Node("MaxPool", [y], AttributeMap.Of(("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 })));
        Value z = builder.Node("Conv", [y, Weight("w2", 0.2, 8, 8, 3, 3)], padded);
        z = builder.Node("BatchNormalization", [z, Weight("gamma", 1, 8), Weight("beta", 0.1, 8), Weight("mean", 0.1, 8), builder.Constant("var", Tensor.Create(Enumerable.Repeat(0.7f, 8).ToArray(), 8))]);
        y = builder.Node("Relu", [builder.Node("Add", [z, y])]);
        y = builder.Node("Flatten", [builder.Node("GlobalAveragePool", [y])]);
        builder.Output(builder.Node("Gemm", [y, Weight("w3", 0.5, 10, 8), Weight("b3", 0.1, 10)], AttributeMap.Of(("transB", 1))), "scores");
        return new Model(builder.Build());

        Value Weight(string name, double size, params long[] shape)
        {
            Tensor tensor = new(DataType.Float32, new TensorShape(shape));
            foreach (ref float element in tensor.AsSpan<float>())
                element = (float)(((random.NextDouble() * 2) - 1) * size);
            return builder.Constant(name, tensor);
        }
    }
}
