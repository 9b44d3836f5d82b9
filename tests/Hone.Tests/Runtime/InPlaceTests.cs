using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Runtime;

public class InPlaceTests
{
    /// <summary>The sum may not be written over the residual while the convolution, or the product, still reads it as its input.</summary>
    [Theory]
    [InlineData("Conv")]
    [InlineData("MatMul")]
    public void ResidualThatIsTheInput_IsNotOverwritten(string operatorName)
    {
        GraphBuilder builder = new("residual");
        bool isConv = operatorName == "Conv";
        long[] shape = isConv ? [2, 8, 9, 7] : [37, 24];
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(new TensorShape(shape)));
        // Computed, so that its memory belongs to the arena.
        Value y = builder.Node("Relu", [x]);
        Value w = builder.Constant("w", isConv ? Floats(1, 8, 8, 3, 3) : Floats(1, 24, 24));
        Value product = builder.Node(operatorName, [y, w], isConv ? AttributeMap.Of(("pads", new long[] { 1, 1, 1, 1 })) : null);
        builder.Output(builder.Node("Add", [product, y]), "sum");
        Graph graph = builder.Build();
        Dictionary<string, Tensor> inputs = new() { ["x"] = Floats(2, shape) };
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using IGraphRunner runtime = new RuntimeEngine().Prepare(graph, graph.Outputs);
        TensorAssert.Close(reference.Run(inputs)[0], runtime.Run(inputs)[0], 1e-5, 1e-5);
    }

    private static Tensor Floats(int seed, params long[] shape)
    {
        Random random = new(seed);
        Tensor tensor = new(DataType.Float32, new TensorShape(shape));
        foreach (ref float element in tensor.AsSpan<float>())
            element = (float)((random.NextDouble() * 2) - 1);
        return tensor;
    }
}
