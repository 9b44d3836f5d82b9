using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Runtime;

/// <summary>Normalizations that stand before what they could be folded into.</summary>
public sealed class BatchNormalizationTests
{
    [Theory]
    [InlineData(new long[] { 2, 5 })]
    [InlineData(new long[] { 2, 19, 7 })]
    [InlineData(new long[] { 3, 5, 4, 6 })]
    [InlineData(new long[] { 1, 37, 3, 5 })]
    [InlineData(new long[] { 2, 6, 3, 4, 5 })]
    public void NormalizationAndRelu_RunByKernels(long[] shape)
    {
        GraphBuilder builder = new("net");
        SymbolicShape symbolic = new([Dimension.Symbolic("N"), .. shape.Skip(1).Select(d => Dimension.Fixed(d))]);
        Value x = builder.Input("x", DataType.Float32, symbolic);
        Value y = builder.Node("BatchNormalization", [x, Constant("gamma", -2, 2), Constant("beta", -1, 1), Constant("mean", -1, 1), Constant("variance", 0.1f, 3)]);
        builder.Output(builder.Node("Relu", [y]), "y");
        Graph graph = builder.Build();
        Dictionary<string, Tensor> feeds = new() { ["x"] = Floats(1, -3, 3, shape) };

        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = new Model(graph).Compile();
        TensorAssert.Close(reference.Run(feeds)[0], compiled.Run(feeds)["y"], relative: 1e-5, absolute: 1e-5);
        Assert.DoesNotContain("reference", compiled.Describe([new TensorShape(shape)]), StringComparison.OrdinalIgnoreCase);

        Value Constant(string name, float low, float high) => builder.Constant(name, Floats(name.Length, low, high, shape[1]));
    }

    private static Tensor Floats(int seed, float low, float high, params long[] shape)
    {
        Random random = new(seed);
        Tensor tensor = new(DataType.Float32, new TensorShape(shape));
        foreach (ref float element in tensor.AsSpan<float>())
            element = low + ((high - low) * random.NextSingle());
        return tensor;
    }
}
