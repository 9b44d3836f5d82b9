using Hone.Graphs;
using Hone.Passes;
using Hone.Tensors;

namespace Hone.Tests.Passes;

public class RemoveCommonSubexpressionsTests
{
    private static readonly RemoveCommonSubexpressions s_pass = new();

    [Fact]
    public void EqualNodes_AreComputedOnce_ThroughEqualConstants()
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2, 3);
        Value first = graph.Node("Softmax", "first", [graph.Node("Add", "a1", [x, graph.Constant("c1", Tensor.Scalar(2f))])], ("axis", 1));
        Value second = graph.Node("Softmax", "second", [graph.Node("Add", "a2", [x, graph.Constant("c2", Tensor.Scalar(2f))])], ("axis", 1));
        PassCheck.Rewrites(s_pass, graph.Build(graph.Node("Mul", "y", [first, second])), """
            input x: float32 [2, 3]
            const c1: float32 []
            a1: float32 [2, 3] = Add(x, c1)
            first: float32 [2, 3] = Softmax(a1) {axis=1}
            y: float32 [2, 3] = Mul(first, first)
            output y: float32 [2, 3]
            """);
    }

    [Fact]
    public void DifferentAttributes_OrConstants_StayApart()
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2, 3);
        Value first = graph.Node("Softmax", "first", [x], ("axis", 0));
        Value second = graph.Node("Softmax", "second", [x], ("axis", 1));
        Value third = graph.Node("Add", "third", [x, graph.Constant("c1", Tensor.Scalar(0f))]);
        Value fourth = graph.Node("Add", "fourth", [x, graph.Constant("c2", Tensor.Scalar(-0f))]);
        PassCheck.LeavesAlone(s_pass, graph.Build(first, second, third, fourth));
    }

    [Fact]
    public void TwoGraphOutputs_KeepTheirNodes()
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2);
        PassCheck.LeavesAlone(s_pass, graph.Build(graph.Node("Exp", "y", [x]), graph.Node("Exp", "z", [x])));
    }

    [Fact]
    public void TheNodeOfAGraphOutput_TakesOver_UnderItsName()
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2);
        Value hidden = graph.Node("Exp", "hidden", [x]);
        Value output = graph.Node("Exp", "y", [x]);
        PassCheck.Rewrites(s_pass, graph.Build(graph.Node("Neg", "z", [hidden]), output), """
            input x: float32 [2]
            y: float32 [2] = Exp(x)
            z: float32 [2] = Neg(y)
            output z: float32 [2]
            output y: float32 [2]
            """);
    }
}
