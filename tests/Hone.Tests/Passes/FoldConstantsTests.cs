using Hone.Graphs;
using Hone.Passes;
using Hone.Tensors;

namespace Hone.Tests.Passes;

public class FoldConstantsTests
{
    private static readonly FoldConstants s_pass = new(PortablePassOptions.Default);

    [Fact]
    public void NodesOfConstants_BecomeTheirResults()
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2);
        Value sum = graph.Node("Add", "sum", [graph.Random("a", 2), graph.Random("b", 2)]);
        Value root = graph.Node("Exp", "root", [sum]);
        PassCheck.Rewrites(s_pass, graph.Build(graph.Node("Mul", "y", [x, root])), """
            input x: float32 [2]
            const root: float32 [2]
            y: float32 [2] = Mul(x, root)
            output y: float32 [2]
            """);
    }

    [Fact]
    public void ShapesThatAreKnown_BecomeConstants()
    {
        TestGraph graph = new();
        Value x = graph.Input("x", Dimension.Symbolic("N"), 3, 4);
        Value shape = graph.Node("Shape", "shape", [x]);
        Value channels = graph.Node("Gather", "channels", [shape, graph.Ints("one", 1)]);
        PassCheck.Rewrites(s_pass, graph.Build(channels, graph.Node("Reshape", "y", [x, shape])), """
            input x: float32 [N, 3, 4]
            const channels_replaced: int64 [1] = {3}
            shape: int64 [3] = Shape(x)
            y: float32 [N, 3, 4] = Reshape(x, shape)
            channels: int64 [1] = Identity(channels_replaced)
            output channels: int64 [1]
            output y: float32 [N, 3, 4]
            """);
    }

    [Fact]
    public void GraphOutput_IsCarriedByAnIdentity()
    {
        TestGraph graph = new();
        PassCheck.Rewrites(s_pass, graph.Build(graph.Node("Neg", "y", [graph.Random("a", 2)])), """
            const y_replaced: float32 [2]
            y: float32 [2] = Identity(y_replaced)
            output y: float32 [2]
            """);
    }

    [Fact]
    public void ResultsThatGrowTooMuch_StayNodes()
    {
        TestGraph graph = new();
        Value large = graph.Node("ConstantOfShape", "large", [graph.Ints("shape", 1L << 20, 1L << 20)]);
        PassCheck.LeavesAlone(s_pass, graph.Build(large));
    }

    [Fact]
    public void LargeProducts_StayNodes()
    {
        TestGraph graph = new();
        PassCheck.LeavesAlone(s_pass, graph.Build(graph.Node("MatMul", "y", [graph.Random("a", 700, 700), graph.Random("b", 700, 700)])));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void QuantizedWeights_StayQuantized_UnlessAsked(bool keepsQuantization, int expectedNodes)
    {
        TestGraph graph = new();
        Value weight = graph.Constant("w", Tensor.Vector<sbyte>(1, -2, 3));
        Value scale = graph.Constant("s", Tensor.Scalar(0.5f));
        Value dequantized = graph.Node("DequantizeLinear", "dequantized", [weight, scale, graph.Constant("z", Tensor.Scalar((sbyte)1))]);
        Graph before = graph.Build(graph.Node("Add", "y", [graph.Input("x", 3), dequantized]));
        Graph after = PassCheck.Run(new FoldConstants(new PortablePassOptions { KeepsQuantization = keepsQuantization }), before, out _);
        Assert.Equal(expectedNodes, after.Nodes.Count(n => n.Is("DequantizeLinear")));
    }

    [Fact]
    public void InvalidNode_IsLeftForTheRunToReport()
    {
        TestGraph graph = new();
        Value data = graph.Random("data", 3);
        PassCheck.LeavesAlone(s_pass, graph.Build(graph.Node("Gather", "y", [data, graph.Ints("index", 7)])));
    }
}
