using Hone.Graphs;
using Hone.Onnx;
using Hone.Onnx.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Hone.Tests.Quantization.Static;

/// <summary>ONNX Runtime turns what the converter writes into its own integer kernels.</summary>
public sealed class OnnxRuntimeFusionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hone").FullName;

    [Fact]
    public void StaticNetwork_ComputesOnIntegersFromTheFirstNodeToTheLast()
    {
        string[] operators = OptimizedOperators(ConvolutionalNetwork.Quantize(ConvolutionalNetwork.Create(), ConvolutionalNetwork.MinMax with { QuantizesGraphOutputs = true }));
        string[] expected =
        [
            "DequantizeLinear", "QGemm", "QLinearAdd", "QLinearConv", "QLinearConv", "QLinearConv", "QLinearGlobalAveragePool", "QuantizeLinear",
        ];
        Assert.Equal(expected, operators.Where(o => o is not ("Flatten" or "Reshape")).Order(StringComparer.Ordinal));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>The operators of the model after ONNX Runtime's own optimization.</summary>
    private string[] OptimizedOperators(Graph graph)
    {
        string source = Path.Combine(_directory, "quantized.onnx");
        string optimized = Path.Combine(_directory, "optimized.onnx");
        OnnxWriter.Save(new Model(graph), source);
        using (SessionOptions options = new() { OptimizedModelFilePath = optimized, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED })
        using (InferenceSession session = new(source, options))
        {
        }

        return [.. ModelProto.Parser.ParseFrom(File.ReadAllBytes(optimized)).Graph.Node.Select(n => n.OpType)];
    }
}
