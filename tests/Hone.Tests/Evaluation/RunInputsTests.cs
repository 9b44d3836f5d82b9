using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Evaluation;

public class RunInputsTests
{
    [Fact]
    public void Run_MissingInput_NamesIt()
    {
        ShapeMismatchException error = Assert.Throws<ShapeMismatchException>(() => Run());
        Assert.Contains("'a'", error.Message);
        Assert.Contains("float32 [N, 2]", error.Expected);
    }

    [Fact]
    public void Run_WrongType_NamesBothTypes()
    {
        ShapeMismatchException error = Assert.Throws<ShapeMismatchException>(() => Run(("a", Tensor.Create([1, 2], 1, 2)), ("b", Floats(1))));
        Assert.Equal("int32 [1, 2]", error.Actual);
    }

    [Fact]
    public void Run_WrongDimension_Throws() =>
        Assert.Throws<ShapeMismatchException>(() => Run(("a", Tensor.Create([1f, 2f, 3f], 1, 3)), ("b", Floats(1))));

    [Fact]
    public void Run_SymbolOfTwoValues_NamesTheOtherInput()
    {
        ShapeMismatchException error = Assert.Throws<ShapeMismatchException>(() => Run(("a", Floats(1)), ("b", Floats(2))));
        Assert.Contains("N = 1 as in input 'a'", error.Expected);
    }

    [Fact]
    public void Run_UnknownInput_ListsTheRightNames()
    {
        ShapeMismatchException error = Assert.Throws<ShapeMismatchException>(() => Run(("a", Floats(1)), ("b", Floats(1)), ("c", Floats(1))));
        Assert.Contains("a, b", error.Expected);
    }

    [Fact]
    public void Run_Cancelled_Throws()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(TwoInputs(), TwoInputs().Outputs);
        Assert.Throws<OperationCanceledException>(() => runner.Run(new Dictionary<string, Tensor> { ["a"] = Floats(1), ["b"] = Floats(1) }, source.Token));
    }

    private static Tensor Floats(int rows) => new(DataType.Float32, new TensorShape(rows, 2));

    private static Graph TwoInputs()
    {
        GraphBuilder builder = new();
        SymbolicShape shape = new(Dimension.Symbolic("N"), 2);
        Value a = builder.Input("a", DataType.Float32, shape);
        Value b = builder.Input("b", DataType.Float32, shape);
        builder.Output(builder.Node("Identity", [a], outputName: "ya"));
        builder.Output(builder.Node("Identity", [b], outputName: "yb"));
        return builder.Build();
    }

    private static void Run(params (string Name, Tensor Tensor)[] inputs)
    {
        Graph graph = TwoInputs();
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        runner.Run(inputs.ToDictionary(i => i.Name, i => i.Tensor));
    }
}
