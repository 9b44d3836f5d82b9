using Hone.Cli;
using Hone.Datasets;
using Hone.Onnx;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Facade;

/// <summary>The trained classifier of the tour on all test images: Hone's runtime beside ONNX Runtime on the very files that are exported.</summary>
public class TourModelTests
{
    private const int BatchSize = 500;

    [Theory]
    [InlineData("fp32", 1.0)]
    [InlineData("dynamic", 0.999)]
    [InlineData("static", 0.999)]
    public void EveryVariant_AgreesWithOnnxRuntime(string variant, double share)
    {
        Model original = Load();
        string input = original.Graph.Inputs[0].Name;
        Model model = variant switch
        {
            "dynamic" => original.QuantizeDynamic(),
            "static" => original.QuantizeStatic(FashionMnistSource.Embedded(FashionMnistPart.Train).Inputs(input, 64)),
            _ => original.Optimize(),
        };
        FashionMnist data = Directory.Exists(FashionMnistSource.DebianFolder)
            ? FashionMnistSource.Load(FashionMnistSource.DebianFolder, FashionMnistPart.Test)
            : FashionMnistSource.Embedded(FashionMnistPart.Test);
        using CompiledModel compiled = model.Compile();
        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(model);
        int same = 0;
        int correct = 0;
        foreach ((Tensor images, ReadOnlyMemory<byte> labels) in data.Batches(BatchSize))
        {
            using Tensor actual = compiled.Run(images);
            using Tensor expected = session.Run(new Dictionary<string, Tensor> { [input] = images })[0];
            if (variant == "fp32")
                TensorAssert.Close(expected, actual, 1e-4, 1e-4, variant);
            int[] classes = Classes(actual);
            same += classes.Zip(Classes(expected)).Count(c => c.First == c.Second);
            correct += classes.Zip(labels.ToArray()).Count(c => c.First == c.Second);
            images.Dispose();
        }

        Assert.True(same >= share * data.Count, $"the same class on {same} of {data.Count} images");
        Assert.True(correct >= 0.91 * data.Count, $"{correct} of {data.Count} right");
    }

    private static Model Load()
    {
        using Stream stream = typeof(HoneTool).Assembly.GetManifestResourceStream("fashion_mnist.onnx")!;
        return OnnxReader.Load(stream);
    }

    private static int[] Classes(Tensor scores)
    {
        float[] values = scores.ToSingleArray();
        int count = (int)scores.Shape[-1];
        return [.. Enumerable.Range(0, values.Length / count).Select(i => Array.IndexOf(values, values[(i * count)..((i + 1) * count)].Max(), i * count) - (i * count))];
    }
}
