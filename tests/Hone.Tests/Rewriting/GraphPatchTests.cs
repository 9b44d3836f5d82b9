using Hone.Evaluation;
using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Tests.Rewriting;

public class GraphPatchTests
{
    [Fact]
    public void Replace_GraphOutput_KeepsItsName()
    {
        Graph graph = Chain("a", "b", "y");
        Value b = graph.FindValue("b")!;
        GraphPatch patch = new(graph, "skip the last node");
        patch.Replace(graph.Outputs[0], b);
        patch.Apply();
        GraphChecker.Check(graph);
        Assert.Equal("y", Assert.Single(graph.Outputs).Name);
        Assert.Equal(2, graph.Nodes.Count);
    }

    [Fact]
    public void Replace_GraphOutputByInput_KeepsBothNames()
    {
        Graph graph = Chain("y");
        GraphPatch patch = new(graph, "pass through");
        patch.Replace(graph.Outputs[0], graph.Inputs[0]);
        patch.Apply();
        GraphChecker.Check(graph);
        Assert.Equal("x", Assert.Single(graph.Inputs).Name);
        Assert.Equal("y", Assert.Single(graph.Outputs).Name);
    }

    [Fact]
    public void Replace_ByANodeThatReadsTheOldValue_PutsTheNodeBehindIt()
    {
        Graph graph = Chain("a", "y");
        Value a = graph.FindValue("a")!;
        GraphPatch patch = new(graph, "insert");
        patch.Replace(a, patch.Node("Identity", [a], name: "inserted"));
        patch.Apply();
        GraphChecker.Check(graph);
        Assert.Equal(3, graph.Nodes.Count);
        Assert.Equal("inserted", graph.Outputs[0].Producer!.Inputs[0]!.Name);
    }

    [Fact]
    public void Apply_RemovesWhatIsDead_DownToConstants()
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(2));
        Value c = builder.Constant("c", Tensor.Vector(1f, 2f));
        Value unused = builder.Node("Identity", [builder.Node("Identity", [c], outputName: "c1")], outputName: "c2");
        builder.Output(builder.Node("Identity", [x], outputName: "y"));
        Graph graph = builder.Build();
        GraphPatch patch = new(graph, "forget c");
        patch.Replace(unused, x);
        patch.Apply();
        GraphChecker.Check(graph);
        Assert.Empty(graph.Constants);
        Assert.Single(graph.Nodes);
    }

    [Fact]
    public void Names_ThatAreTaken_AreMadeUnique()
    {
        Graph graph = Chain("a", "y");
        GraphPatch patch = new(graph, "insert");
        Value first = patch.Node("Identity", [graph.Inputs[0]], name: "a");
        Value second = patch.Node("Identity", [first], name: "a");
        patch.Replace(graph.FindValue("a")!, second);
        patch.Apply();
        GraphChecker.Check(graph);
        Assert.Equal(graph.Values.Count, graph.Values.Select(v => v.Name).Distinct().Count());
    }

    [Fact]
    public void Replace_ByANewValue_PassesTheNameOn()
    {
        Graph graph = Chain("a", "b", "y");
        GraphPatch patch = new(graph, "replace b");
        patch.Replace(graph.FindValue("b")!, patch.Node("Identity", [graph.Inputs[0]], name: "fused"));
        patch.Apply();
        GraphChecker.Check(graph);
        Assert.Equal("b", graph.Outputs[0].Producer!.Inputs[0]!.Name);
        Assert.Null(graph.FindValue("a"));
    }

    [Fact]
    public void ReplaceConstant_OfAnotherShape_InfersAnew()
    {
        GraphBuilder builder = new();
        builder.Output(builder.Node("Identity", [builder.Constant("c", Tensor.Vector(1f, 2f))], outputName: "y"));
        Graph graph = builder.Build();
        GraphPatch patch = new(graph, "other weights");
        patch.ReplaceConstant(graph.FindValue("c")!, Tensor.Vector(1f, 2f, 3f));
        patch.Apply();
        GraphChecker.Check(graph);
        Assert.Equal("[3]", graph.Outputs[0].Shape!.ToString());
    }

    [Fact]
    public void Apply_Twice_Throws()
    {
        GraphPatch patch = new(Chain("y"), "nothing");
        patch.Apply();
        Assert.Throws<InvalidOperationException>(patch.Apply);
    }

    [Fact]
    public void Replace_LongChain_DoesNotOverflowTheStack()
    {
        Graph graph = Chain(Enumerable.Range(0, 20_000).Select(i => $"v{i}").ToArray());
        GraphPatch patch = new(graph, "shortcut");
        patch.Replace(graph.FindValue("v0")!, graph.Inputs[0]);
        patch.Apply();
        Assert.Equal(19_999, graph.Nodes.Count);
    }

    [Fact]
    public void Run_AfterPatch_GivesTheSameResult()
    {
        Graph graph = Chain("a", "b", "y");
        GraphPatch patch = new(graph, "skip");
        patch.Replace(graph.FindValue("b")!, graph.FindValue("a")!);
        patch.Apply();
        using Tensor input = Tensor.Vector(1f, 2f);
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        Tensor output = Assert.Single(runner.Run(new Dictionary<string, Tensor> { ["x"] = input }));
        Assert.True(output.BitwiseEquals(input));
    }

    private static Graph Chain(params string[] names)
    {
        GraphBuilder builder = new();
        Value value = builder.Input("x", DataType.Float32, new SymbolicShape(2));
        foreach (string name in names)
            value = builder.Node("Identity", [value], outputName: name);
        builder.Output(value);
        return builder.Build();
    }
}
