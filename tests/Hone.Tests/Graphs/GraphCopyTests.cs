using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Tests.Graphs;

public class GraphCopyTests
{
    [Fact]
    public void Copy_HasTheSameText_AndSharesTensors()
    {
        Graph graph = Build();
        Graph copy = graph.Copy();
        GraphChecker.Check(copy);
        Assert.Equal(graph.ToString(), copy.ToString());
        Assert.Same(graph.FindValue("c")!.Constant, copy.FindValue("c")!.Constant);
    }

    [Fact]
    public void Copy_Changed_LeavesTheOriginalAlone()
    {
        Graph graph = Build();
        string before = graph.ToString();
        Graph copy = graph.Copy();
        GraphPatch patch = new(copy, "cut");
        patch.Replace(copy.FindValue("a")!, copy.Inputs[0]);
        patch.Apply();
        Assert.Equal(before, graph.ToString());
        Assert.NotEqual(before, copy.ToString());
        GraphChecker.Check(graph);
    }

    private static Graph Build()
    {
        GraphBuilder builder = new("copied");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 2));
        builder.Output(builder.Node("Identity", [builder.Node("Identity", [x], outputName: "a")], outputName: "y"));
        builder.Output(builder.Node("Identity", [builder.Constant("c", Tensor.Vector(1f, 2f))], outputName: "z"));
        return builder.Build();
    }
}
