using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Graphs;

/// <summary>Each law is broken on purpose through the internal mutators, which nothing outside the core can reach.</summary>
public class GraphCheckerTests
{
    [Fact]
    public void Check_BuiltGraph_Passes() => GraphChecker.Check(Build());

    [Fact]
    public void Check_NodesOutOfOrder_NamesTheNode()
    {
        Graph graph = Build();
        graph.SetNodeOrder([.. graph.Nodes.Reverse()]);
        Assert.Contains("topological order", Assert.Throws<ModelFormatException>(() => GraphChecker.Check(graph)).Message);
    }

    [Fact]
    public void Check_MissingConsumer_IsFound()
    {
        Graph graph = Build();
        Node last = graph.Nodes[1];
        last.Inputs[0]!.RemoveConsumer(last);
        Assert.Contains("use lists", Assert.Throws<ModelFormatException>(() => GraphChecker.Check(graph)).Message);
    }

    [Fact]
    public void Check_StrayConsumer_IsFound()
    {
        Graph graph = Build();
        graph.Inputs[0].AddConsumer(graph.Nodes[1]);
        Assert.Contains("use lists", Assert.Throws<ModelFormatException>(() => GraphChecker.Check(graph)).Message);
    }

    [Fact]
    public void Check_ValueOfTwoOrigins_IsFound()
    {
        Graph graph = Build();
        graph.Outputs[0].Constant = Tensor.Vector(1f, 2f);
        Assert.Contains("it is 2 of them", Assert.Throws<ModelFormatException>(() => GraphChecker.Check(graph)).Message);
    }

    [Fact]
    public void Check_OutputOfAnotherGraph_IsFound()
    {
        Graph graph = Build();
        graph.AddOutput(Build().Outputs[0]);
        Assert.Contains("never produced", Assert.Throws<ModelFormatException>(() => GraphChecker.Check(graph)).Message);
    }

    [Fact]
    public void Builder_TwoValuesOfOneName_Throws()
    {
        GraphBuilder builder = new();
        builder.Input("x", DataType.Float32, SymbolicShape.Scalar);
        Assert.Throws<ModelFormatException>(() => builder.Constant("x", Tensor.Scalar(1f)));
    }

    [Fact]
    public void Builder_UnknownOperator_ListsIt()
    {
        GraphBuilder builder = new();
        UnsupportedOperatorException error = Assert.Throws<UnsupportedOperatorException>(() => builder.Node("Frobnicate", [], domain: "acme"));
        Assert.Equal("acme.Frobnicate", Assert.Single(error.Missing).OperatorName);
    }

    [Fact]
    public void Builder_TooManyInputs_NamesTheNode()
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, SymbolicShape.Scalar);
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => builder.Node("Identity", [x, x]));
        Assert.Contains("expected 1..1 inputs, got 2", error.Message);
    }

    [Fact]
    public void Text_ListsEverything_InOrder() => Assert.Equal(
        """
        input x: float32 [N, 2]
        a: float32 [N, 2] = Identity(x)
        y: float32 [N, 2] = Identity(a)
        output y: float32 [N, 2]

        """,
        Build().ToString());

    private static Graph Build()
    {
        GraphBuilder builder = new("two");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 2));
        Value a = builder.Node("Identity", [x], outputName: "a");
        builder.Output(builder.Node("Identity", [a], outputName: "y"));
        return builder.Build();
    }
}
