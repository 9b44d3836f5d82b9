using Hone.Graphs;
using Hone.Passes;

namespace Hone.Tests.Passes;

public class WeightFoldingTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void BatchNormalizationBehindConv_MovesIntoIt(int group, bool hasBias)
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2, 4, 5, 5);
        Value conv = graph.Node("Conv", "conv", [x, graph.Random("w", 6, 4 / group, 3, 3), hasBias ? graph.Random("b", 6) : null], ("group", group));
        PassCheck.Rewrites(new FoldBatchNormalization(), graph.Build(Normalize(graph, conv, 6)), $$"""
            input x: float32 [2, 4, 5, 5]
            const {{(hasBias ? "b" : "conv_bias")}}: float32 [6]
            const w: float32 [6, {{4 / group}}, 3, 3]
            y: float32 [2, 6, 3, 3] = Conv(x, w, {{(hasBias ? "b" : "conv_bias")}}) {group={{group}}}
            output y: float32 [2, 6, 3, 3]
            """);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void BatchNormalizationBehindConvTranspose_MovesIntoIt(int group)
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2, 4, 5, 5);
        Value conv = graph.Node("ConvTranspose", "conv", [x, graph.Random("w", 4, 3, 2, 2)], ("group", group));
        Graph after = PassCheck.Run(new FoldBatchNormalization(), graph.Build(Normalize(graph, conv, 3 * group)), out _);
        Assert.Equal(["ConvTranspose"], after.Nodes.Select(n => n.Operator.Name));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void BatchNormalizationBehindGemm_MovesIntoIt(int transB)
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2, 4);
        Value weight = transB == 1 ? graph.Random("w", 3, 4) : graph.Random("w", 4, 3);
        Value gemm = graph.Node("Gemm", "gemm", [x, weight, graph.Random("b", 3)], ("transB", transB), ("alpha", 0.5f));
        Graph after = PassCheck.Run(new FoldBatchNormalization(), graph.Build(Normalize(graph, gemm, 3)), out _);
        Assert.Equal(["gemm"], after.Nodes.Select(n => n.Name));
    }

    [Fact]
    public void ConvThatOthersReadToo_KeepsItsBatchNormalization()
    {
        TestGraph graph = new();
        Value conv = graph.Node("Conv", "conv", [graph.Input("x", 2, 4, 5, 5), graph.Random("w", 6, 4, 3, 3)]);
        PassCheck.LeavesAlone(new FoldBatchNormalization(), graph.Build(Normalize(graph, conv, 6), graph.Node("Relu", "z", [conv])));
    }

    [Theory]
    [InlineData("Mul", new long[] { 6, 1, 1 })]
    [InlineData("Mul", new long[] { })]
    [InlineData("Mul", new long[] { 1, 6, 1, 1 })]
    [InlineData("Div", new long[] { 6, 1, 1 })]
    [InlineData("Add", new long[] { 6, 1, 1 })]
    [InlineData("Add", new long[] { 1, 1 })]
    [InlineData("Sub", new long[] { 1, 6, 1, 1 })]
    public void ScaleOrShiftBehindConv_MovesIntoIt(string operatorName, long[] shape)
    {
        TestGraph graph = new();
        Value conv = graph.Node("Conv", "conv", [graph.Input("x", 2, 4, 5, 5), graph.Random("w", 6, 4, 3, 3), graph.Random("b", 6)]);
        Value result = graph.Node(operatorName, "y", [conv, graph.Positive("c", shape)]);
        Graph after = PassCheck.Run(new FoldScaleIntoConv(), graph.Build(result), out _);
        Assert.Equal(["Conv"], after.Nodes.Select(n => n.Operator.Name));
    }

    [Theory]
    [InlineData("Mul", new long[] { 5 })]
    [InlineData("Mul", new long[] { 6, 5, 5 })]
    [InlineData("Mul", new long[] { 1, 1, 1, 1, 1 })]
    [InlineData("Add", new long[] { 2, 1, 1, 1 })]
    public void ConstantThatIsNotPerChannel_StaysOutside(string operatorName, long[] shape)
    {
        TestGraph graph = new();
        Value conv = graph.Node("Conv", "conv", [graph.Input("x", 2, 4, 7, 7), graph.Random("w", 6, 4, 3, 3)]);
        PassCheck.LeavesAlone(new FoldScaleIntoConv(), graph.Build(graph.Node(operatorName, "y", [conv, graph.Positive("c", shape)])));
    }

    [Fact]
    public void ConstantMinusConv_StaysOutside()
    {
        TestGraph graph = new();
        Value conv = graph.Node("Conv", "conv", [graph.Input("x", 2, 4, 7, 7), graph.Random("w", 6, 4, 3, 3)]);
        PassCheck.LeavesAlone(new FoldScaleIntoConv(), graph.Build(graph.Node("Sub", "y", [graph.Positive("c", 6, 1, 1), conv])));
    }

    [Theory]
    [InlineData("Mul", new long[] { 3 })]
    [InlineData("Div", new long[] { })]
    public void ScaleBehindMatMul_MovesIntoIt(string operatorName, long[] shape)
    {
        TestGraph graph = new();
        Value product = graph.Node("MatMul", "product", [graph.Input("x", 2, 5, 4), graph.Random("w", 4, 3)]);
        Graph after = PassCheck.Run(new FoldScaleIntoMatMul(), graph.Build(graph.Node(operatorName, "y", [product, graph.Positive("c", shape)])), out _);
        Assert.Equal(["MatMul"], after.Nodes.Select(n => n.Operator.Name));
    }

    [Fact]
    public void ShiftBehindGemm_MovesIntoItsBias()
    {
        TestGraph graph = new();
        Value product = graph.Node("Gemm", "gemm", [graph.Input("x", 2, 4), graph.Random("w", 4, 3)]);
        PassCheck.Rewrites(new FoldScaleIntoMatMul(), graph.Build(graph.Node("Sub", "y", [product, graph.Random("c", 1, 3)])), """
            input x: float32 [2, 4]
            const gemm_bias: float32 [3]
            const w: float32 [4, 3]
            y: float32 [2, 3] = Gemm(x, w, gemm_bias)
            output y: float32 [2, 3]
            """);
    }

    [Fact]
    public void MatMulAndAdd_FormAGemm()
    {
        TestGraph graph = new();
        Value product = graph.Node("MatMul", "product", [graph.Input("x", Dimension.Symbolic("N"), 4), graph.Random("w", 4, 3)]);
        PassCheck.Rewrites(new FormGemm(), graph.Build(graph.Node("Add", "y", [graph.Random("b", 3), product])), """
            input x: float32 [N, 4]
            const b: float32 [3]
            const w: float32 [4, 3]
            y: float32 [N, 3] = Gemm(x, w, b)
            output y: float32 [N, 3]
            """);
    }

    [Fact]
    public void MatMulOfHigherRank_AndAddThatEnlarges_FormNone()
    {
        TestGraph graph = new();
        Value batched = graph.Node("MatMul", "batched", [graph.Input("x", 2, 5, 4), graph.Random("w", 4, 3)]);
        Value row = graph.Node("MatMul", "row", [graph.Input("z", 1, 4), graph.Random("v", 4, 3)]);
        PassCheck.LeavesAlone(new FormGemm(), graph.Build(
            graph.Node("Add", "y1", [batched, graph.Random("b", 3)]),
            graph.Node("Add", "y2", [row, graph.Random("c", 2, 3)])));
    }

    [Fact]
    public void PadInFrontOfConv_MovesIntoIt()
    {
        TestGraph graph = new();
        Value padded = graph.Node("Pad", "padded", [graph.Input("x", 1, 2, 4, 4), graph.Ints("pads", 0, 0, 0, 1, 0, 0, 2, 3)]);
        PassCheck.Rewrites(new FoldPadIntoConv(), graph.Build(graph.Node("Conv", "y", [padded, graph.Random("w", 3, 2, 2, 2)], ("pads", new[] { 1L, 1, 1, 1 }))), """
            input x: float32 [1, 2, 4, 4]
            const w: float32 [3, 2, 2, 2]
            y: float32 [1, 3, 7, 9] = Conv(x, w) {pads=[1, 2, 3, 4]}
            output y: float32 [1, 3, 7, 9]
            """);
    }

    [Fact]
    public void PadOfChannels_OrWithAnotherMode_StaysOutside()
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 1, 2, 4, 4);
        Value channels = graph.Node("Pad", "channels", [x, graph.Ints("pads1", 0, 1, 0, 0, 0, 0, 0, 0)]);
        Value reflected = graph.Node("Pad", "reflected", [x, graph.Ints("pads2", 0, 0, 1, 1, 0, 0, 1, 1)], ("mode", "reflect"));
        PassCheck.LeavesAlone(new FoldPadIntoConv(), graph.Build(
            graph.Node("Conv", "y1", [channels, graph.Random("w", 3, 3, 2, 2)]),
            graph.Node("Conv", "y2", [reflected, graph.Random("v", 3, 2, 2, 2)])));
    }

    private static Value Normalize(TestGraph graph, Value value, long channels) => graph.Node(
        "BatchNormalization",
        "y",
        [value, graph.Random("gamma", channels), graph.Random("beta", channels), graph.Random("mean", channels), graph.Positive("var", channels)],
        ("epsilon", 1e-3f));
}
