using Hone.Graphs;
using Hone.Passes;
using Hone.Tensors;

namespace Hone.Tests.Passes;

public class TransposeTests
{
    private static readonly (string, object) s_toLast = ("perm", new[] { 0L, 2, 3, 1 });
    private static readonly (string, object) s_toFirst = ("perm", new[] { 0L, 3, 1, 2 });

    [Fact]
    public void TwoInARow_BecomeOne()
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2, 3, 4, 5);
        Value first = graph.Node("Transpose", "first", [x], s_toLast);
        PassCheck.Rewrites(new MergeTransposes(), graph.Build(graph.Node("Transpose", "y", [first], ("perm", new[] { 3L, 0, 1, 2 }))), """
            input x: float32 [2, 3, 4, 5]
            y: float32 [3, 2, 4, 5] = Transpose(x) {perm=[1, 0, 2, 3]}
            output y: float32 [3, 2, 4, 5]
            """);
    }

    [Fact]
    public void TransposeThroughElementwise_MeetsItsInverse()
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2, 3, 4, 5);
        Value turned = graph.Node("Transpose", "turned", [x], s_toLast);
        Value scaled = graph.Node("Mul", "scaled", [turned, graph.Random("scale", 3)]);
        Value active = graph.Node("Relu", "active", [scaled]);
        Graph before = graph.Build(graph.Node("Transpose", "y", [active], s_toFirst));
        Graph after = PassCheck.Run(PortablePasses(), before, out _);
        Assert.Equal(["Mul", "Relu"], after.Nodes.Select(n => n.Operator.Name));
        Assert.Equal(new TensorShape(1, 3, 1, 1), after.Constants.Single().Constant!.Shape);
    }

    [Fact]
    public void TwoTransposedOperands_AreTurnedOnceBehindTheSum()
    {
        TestGraph graph = new();
        Value a = graph.Node("Transpose", "a_turned", [graph.Input("a", 2, 3, 4, 5)], s_toLast);
        Value b = graph.Node("Transpose", "b_turned", [graph.Input("b", 2, 3, 4, 5)], s_toLast);
        PassCheck.Rewrites(new SinkTransposes(), graph.Build(graph.Node("Add", "y", [a, b])), """
            input a: float32 [2, 3, 4, 5]
            input b: float32 [2, 3, 4, 5]
            y_1: float32 [2, 3, 4, 5] = Add(a, b)
            y: float32 [2, 4, 5, 3] = Transpose(y_1) {perm=[0, 2, 3, 1]}
            output y: float32 [2, 4, 5, 3]
            """);
    }

    [Fact]
    public void ConcatAndPad_TurnTheirAxes()
    {
        TestGraph graph = new();
        Value a = graph.Node("Transpose", "a_turned", [graph.Input("a", 2, 3, 4, 5)], s_toLast);
        Value b = graph.Node("Transpose", "b_turned", [graph.Input("b", 2, 1, 4, 5)], s_toLast);
        Value joined = graph.Node("Concat", "joined", [a, b], ("axis", -1));
        Value padded = graph.Node("Pad", "padded", [joined, graph.Ints("pads", 0, 1, 0, 0, 0, 2, 0, 3)]);
        Graph before = graph.Build(graph.Node("Transpose", "y", [padded], s_toFirst));
        Graph after = PassCheck.Run(PortablePasses(), before, out _);
        Assert.Equal(["Concat", "Pad"], after.Nodes.Select(n => n.Operator.Name));
        Assert.Equal([0L, 0, 1, 0, 0, 3, 2, 0], after.Nodes[1].Input(1)!.Constant!.ToInt64Array());
    }

    [Fact]
    public void TransposeThatWouldMeetNone_Stays()
    {
        TestGraph graph = new();
        Value turned = graph.Node("Transpose", "turned", [graph.Input("x", 2, 3, 4, 5)], s_toLast);
        PassCheck.LeavesAlone(new SinkTransposes(), graph.Build(graph.Node("Relu", "y", [turned])));
    }

    [Fact]
    public void TransposeThatOthersReadToo_Stays()
    {
        TestGraph graph = new();
        Value turned = graph.Node("Transpose", "turned", [graph.Input("x", 2, 3, 4, 5)], s_toLast);
        Value back = graph.Node("Transpose", "back", [graph.Node("Relu", "active", [turned])], s_toFirst);
        PassCheck.LeavesAlone(new SinkTransposes(), graph.Build(back, graph.Node("Exp", "z", [turned])));
    }

    [Fact]
    public void TransposeInFrontOfGemm_BecomesItsAttribute()
    {
        TestGraph graph = new();
        Value a = graph.Node("Transpose", "a_turned", [graph.Input("a", 4, 2)], ("perm", new[] { 1L, 0 }));
        Value b = graph.Node("Transpose", "b_turned", [graph.Input("b", 4, 3)]);
        PassCheck.Rewrites(new FoldTransposeIntoGemm(), graph.Build(graph.Node("Gemm", "y", [a, b], ("transB", 1))), """
            input a: float32 [4, 2]
            input b: float32 [4, 3]
            y: float32 [2, 3] = Gemm(a, b) {transA=1, transB=0}
            output y: float32 [2, 3]
            """);
    }

    private static PipelinePass PortablePasses() => new(PortablePipeline.Create());
}
