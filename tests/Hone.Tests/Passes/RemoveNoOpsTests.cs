using Hone.Graphs;
using Hone.Passes;
using Hone.Tensors;

namespace Hone.Tests.Passes;

public class RemoveNoOpsTests
{
    private static readonly RemoveNoOps s_pass = new();

    /// <summary>Nodes of x [N, 1, 3] that do nothing: each is removed from Neg → node → Exp.</summary>
    public static TheoryData<string, Func<object, object, object>> NodesThatDoNothing => new()
    {
        { "Identity", Of((g, x) => g.Node("Identity", "node", [x])) },
        { "Dropout", Of((g, x) => g.Node("Dropout", "node", [x, g.Constant("ratio", Tensor.Scalar(0.5f))])) },
        { "Cast", Of((g, x) => g.Node("Cast", "node", [x], ("to", DataType.Float32))) },
        { "Transpose", Of((g, x) => g.Node("Transpose", "node", [x], ("perm", new[] { 0L, 1, 2 }))) },
        { "Concat", Of((g, x) => g.Node("Concat", "node", [x], ("axis", 1))) },
        { "Reshape by zeros", Of((g, x) => g.Node("Reshape", "node", [x, g.Ints("shape", 0, 1, 3)])) },
        { "Slice of everything", Of((g, x) => g.Node("Slice", "node", [x, g.Ints("starts", 0), g.Ints("ends", 3), g.Ints("axes", 2)])) },
        { "Pad by nothing", Of((g, x) => g.Node("Pad", "node", [x, g.Ints("pads", 0, 0, 0, 0, 0, 0)])) },
        { "Expand to itself", Of((g, x) => g.Node("Expand", "node", [x, g.Ints("shape", 1, 1, 3)])) },
        { "Tile once", Of((g, x) => g.Node("Tile", "node", [x, g.Ints("repeats", 1, 1, 1)])) },
        { "Add 0", Of((g, x) => g.Node("Add", "node", [x, g.Constant("c", Tensor.Scalar(0f))])) },
        { "0 + x", Of((g, x) => g.Node("Add", "node", [g.Constant("c", Tensor.Vector(0f, 0f, 0f)), x])) },
        { "Sub 0", Of((g, x) => g.Node("Sub", "node", [x, g.Constant("c", Tensor.Scalar(0f))])) },
        { "Mul 1", Of((g, x) => g.Node("Mul", "node", [g.Constant("c", Tensor.Scalar(1f)), x])) },
        { "Div 1", Of((g, x) => g.Node("Div", "node", [x, g.Constant("c", Tensor.Scalar(1f))])) },
        { "Pow 1", Of((g, x) => g.Node("Pow", "node", [x, g.Constant("c", Tensor.Scalar(1f))])) },
        { "Sum of one", Of((g, x) => g.Node("Sum", "node", [x])) },
        { "Clip without bounds", Of((g, x) => g.Node("Clip", "node", [x])) },
    };

    [Theory]
    [MemberData(nameof(NodesThatDoNothing))]
    public void NodeThatDoesNothing_IsRemoved(string what, Func<object, object, object> add)
    {
        TestGraph graph = new();
        Value x = graph.Node("Neg", "negated", [graph.Input("x", Dimension.Symbolic("N"), 1, 3)]);
        Graph before = graph.Build(graph.Node("Exp", "y", [(Value)add(graph, x)]));
        Graph after = PassCheck.Run(s_pass, before, out bool changed);
        Assert.True(changed, what);
        Assert.Equal(["Neg", "Exp"], after.Nodes.Select(n => n.Operator.Name));
    }

    /// <summary>Nodes of x [N, 1, 3] that look as if they did nothing.</summary>
    public static TheoryData<string, Func<object, object, object>> NodesThatDoSomething => new()
    {
        { "0 - x", Of((g, x) => g.Node("Sub", "node", [g.Constant("c", Tensor.Scalar(0f)), x])) },
        { "1 / x", Of((g, x) => g.Node("Div", "node", [g.Constant("c", Tensor.Scalar(1f)), x])) },
        { "Add 0 of a larger shape", Of((g, x) => g.Node("Add", "node", [x, g.Constant("c", new Tensor(DataType.Float32, new TensorShape(2, 3)))])) },
        { "Mul 1 of a higher rank", Of((g, x) => g.Node("Mul", "node", [x, g.Constant("c", Tensor.Create([1f], 1, 1, 1, 1))])) },
        { "Cast", Of((g, x) => g.Node("Cast", "node", [x], ("to", DataType.Float64))) },
        { "Transpose", Of((g, x) => g.Node("Transpose", "node", [x], ("perm", new[] { 1L, 0, 2 }))) },
        { "Reshape", Of((g, x) => g.Node("Reshape", "node", [x, g.Ints("shape", 0, 3)])) },
        { "Slice backwards", Of((g, x) => g.Node("Slice", "node", [x, g.Ints("starts", -1), g.Ints("ends", -9), g.Ints("axes", 2), g.Ints("steps", -1)])) },
        { "Expand", Of((g, x) => g.Node("Expand", "node", [x, g.Ints("shape", 1, 2, 3)])) },
        { "Clip", Of((g, x) => g.Node("Clip", "node", [x, g.Constant("c", Tensor.Scalar(0f))])) },
    };

    [Theory]
    [MemberData(nameof(NodesThatDoSomething))]
    public void NodeThatDoesSomething_Stays(string what, Func<object, object, object> add)
    {
        TestGraph graph = new();
        Value x = graph.Node("Neg", "negated", [graph.Input("x", Dimension.Symbolic("N"), 1, 3)]);
        Graph before = graph.Build(graph.Node("Identity", "y", [(Value)add(graph, x)]));
        Graph after = PassCheck.Run(s_pass, before, out _);
        Assert.True(after.Nodes.Count == 2, what);
    }

    [Fact]
    public void DropoutWhoseMaskIsRead_Stays()
    {
        TestGraph graph = new();
        Node dropout = graph.Node("Dropout", ["y", "mask"], [graph.Input("x", 3)]);
        PassCheck.LeavesAlone(s_pass, graph.Build(dropout.Outputs[0]!, graph.Node("Not", "dropped", [dropout.Outputs[1]])));
    }

    [Fact]
    public void DropoutWhoseMaskIsAnOutput_Stays()
    {
        TestGraph graph = new();
        Node dropout = graph.Node("Dropout", ["y", "mask"], [graph.Input("x", 3)]);
        PassCheck.LeavesAlone(s_pass, graph.Build(dropout.Outputs[0]!, dropout.Outputs[1]!));
    }

    [Fact]
    public void IdentityFromInputToOutput_Stays()
    {
        TestGraph graph = new();
        PassCheck.LeavesAlone(s_pass, graph.Build(graph.Node("Identity", "y", [graph.Input("x", 3)])));
    }

    private static Func<object, object, object> Of(Func<TestGraph, Value, Value> add) => (graph, x) => add((TestGraph)graph, (Value)x);
}
