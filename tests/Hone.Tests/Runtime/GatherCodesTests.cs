using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Runtime;

public class GatherCodesTests
{
    /// <summary>A quantized embedding gives the same bits without its table being dequantized; zero points other than 0 stay as they are.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(3, false)]
    public void RowsOfCodes_AreTheSameBits(int zeroPoint, bool readsCodes)
    {
        GraphBuilder builder = new("embedding");
        Random random = new(1);
        sbyte[] codes = [.. Enumerable.Range(0, 70).Select(_ => (sbyte)random.Next(-128, 128))], zeros = [.. Enumerable.Repeat((sbyte)zeroPoint, 10)];
        float[] scales = [.. Enumerable.Range(0, 10).Select(_ => random.NextSingle())];
        Value table = builder.Node(
            "DequantizeLinear",
            [builder.Constant("codes", Tensor.Create(codes, 10, 7)), builder.Constant("scales", Tensor.Create(scales, 10)), builder.Constant("zeros", Tensor.Create(zeros, 10))],
            AttributeMap.Of(("axis", 0L)));
        Value indices = builder.Input("indices", DataType.Int64, new SymbolicShape(new TensorShape([2, 3])));
        builder.Output(builder.Node("Gather", [table, indices]), "y");
        Graph graph = builder.Build();
        Dictionary<string, Tensor> inputs = new() { ["indices"] = Tensor.Create(new long[] { 0, 9, 4, -1, 3, 3 }, 2, 3) };
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        TensorAssert.Close(reference.Run(inputs)[0], compiled.Run(inputs)["y"], 0, 0);
        Assert.Equal(readsCodes, compiled.Describe().Contains("Cast", StringComparison.Ordinal));
    }
}
