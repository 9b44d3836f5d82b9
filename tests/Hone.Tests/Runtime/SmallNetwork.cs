using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>A small residual network with every kind of fast step, for tests of the machinery around it.</summary>
internal static class SmallNetwork
{
    /// <summary>Input <c>x</c> [N, 3, H, W] with H and W symbols or numbers; output <c>y</c> [N, 5].</summary>
    internal static Model Create(Dimension? size = null)
    {
        Dimension height = size ?? Dimension.Symbolic("H"), width = size ?? Dimension.Symbolic("W");
        Random random = new(3);
        GraphBuilder builder = new("small");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 3, height, width));
        Value Weights(params long[] dimensions) => builder.Constant(builder.UniqueName("w"), RandomTensors.Create(random, DataType.Float32, dimensions));
        AttributeMap same = AttributeMap.Of(("pads", new[] { 1L, 1, 1, 1 }));
        Value stem = builder.Node("Relu", [builder.Node("Conv", [x, Weights(16, 3, 3, 3), Weights(16)], same)]);
        Value branch = builder.Node("Conv", [stem, Weights(16, 16, 3, 3), Weights(16)], same);
        Value sum = builder.Node("Relu", [builder.Node("Add", [branch, stem])]);
        Value depthwise = builder.Node("HardSwish", [builder.Node("Conv", [sum, Weights(16, 1, 3, 3)], AttributeMap.Of(("pads", new[] { 1L, 1, 1, 1 }), ("group", 16)))]);
        Value joined = builder.Node("Concat", [depthwise, sum], AttributeMap.Of(("axis", 1)));
        Value pooled = builder.Node("Flatten", [builder.Node("GlobalAveragePool", [joined])]);
        builder.Output(builder.Node("Gemm", [pooled, Weights(5, 32), Weights(5)], AttributeMap.Of(("transB", 1))), "y");
        return new Model(builder.Build());
    }

    internal static Dictionary<string, Tensor> Feeds(int seed = 1, long batch = 1, long height = 8, long width = 8) =>
        new() { ["x"] = RandomTensors.Create(new Random(seed), DataType.Float32, batch, 3, height, width) };
}
