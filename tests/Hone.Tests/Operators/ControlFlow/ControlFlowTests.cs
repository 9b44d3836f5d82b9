using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators.ControlFlow;

public class ControlFlowTests
{
    private readonly GraphBuilder _builder = new("outer");

    [Theory]
    [InlineData(true, 5f)]
    [InlineData(false, -1f)]
    public void If_ReadsTheValuesAround(bool condition, float expected)
    {
        Value cond = _builder.Input("cond", DataType.Bool, SymbolicShape.Scalar);
        Value x = _builder.Input("x", DataType.Float32, new SymbolicShape(1));
        Graph thenBranch = Branch("Add", x);
        Graph elseBranch = Branch("Sub", x);
        _builder.Output(_builder.Node("If", [cond], AttributeMap.Of(("then_branch", thenBranch), ("else_branch", elseBranch))));
        Assert.Equal([expected], Run(("cond", Tensor.Scalar(condition)), ("x", Tensor.Vector(2f)))[0].ToSingleArray());

        Graph Branch(string operatorName, Value outer)
        {
            GraphBuilder branch = new(operatorName, _builder.Graph);
            branch.Output(branch.Node(operatorName, [outer, branch.Constant(branch.UniqueName("three"), Tensor.Vector(3f))]));
            return branch.Build();
        }
    }

    [Fact]
    public void Loop_EndsByItsCondition()
    {
        // state *= 2 while it is below 100; each state is a scan output.
        Value start = _builder.Input("start", DataType.Int64, SymbolicShape.Scalar);
        GraphBuilder body = Body("body", out _, out _);
        Value state = body.Input("state", DataType.Int64, SymbolicShape.Scalar);
        Value next = body.Node("Mul", [state, body.Constant("two", Tensor.Scalar(2L))]);
        body.Output(body.Node("Less", [next, body.Constant("limit", Tensor.Scalar(100L))]));
        body.Output(next, "next");
        body.Output(body.Node("Identity", [next]));
        Node loop = _builder.Node("Loop", [null, null, start], ["final", "all"], AttributeMap.Of(("body", body.Build())));
        _builder.Output(loop.Outputs[0]!);
        _builder.Output(loop.Outputs[1]!);
        IReadOnlyList<Tensor> outputs = Run(("start", Tensor.Scalar(7L)));
        Assert.Equal(112, outputs[0].Item<long>());
        Assert.Equal([14L, 28L, 56L, 112L], outputs[1].ToInt64Array());
    }

    [Fact]
    public void Loop_OfNoIterations_GivesItsInputsBack()
    {
        Value x = _builder.Input("x", DataType.Float32, new SymbolicShape(2));
        Value count = _builder.Input("count", DataType.Int64, SymbolicShape.Scalar);
        GraphBuilder body = Body("body", out Value iteration, out Value condition);
        Value state = body.Input("state", DataType.Float32, new SymbolicShape(2));
        body.Output(body.Node("Identity", [condition]));
        body.Output(body.Node("Relu", [state]));
        body.Output(body.Node("Identity", [iteration]));
        Node loop = _builder.Node("Loop", [count, null, x], ["final", "all"], AttributeMap.Of(("body", body.Build())));
        _builder.Output(loop.Outputs[0]!);
        _builder.Output(loop.Outputs[1]!);
        IReadOnlyList<Tensor> outputs = Run(("x", Tensor.Vector(-1f, 1f)), ("count", Tensor.Scalar(0L)));
        Assert.Equal([-1f, 1f], outputs[0].ToSingleArray());
        Assert.Equal(new TensorShape(0), outputs[1].Shape);
    }

    [Fact]
    public void Infer_Loop_GeneralisesWhatGrows()
    {
        Value x = _builder.Input("x", DataType.Float32, new SymbolicShape(1, Dimension.Symbolic("C")));
        GraphBuilder body = Body("body", out _, out Value condition);
        Value state = body.Input("state", DataType.Float32, null);
        body.Output(body.Node("Identity", [condition]));
        body.Output(body.Node("Concat", [state, state], AttributeMap.Of(("axis", 0))));
        body.Output(body.Node("Relu", [x]));
        Node loop = _builder.Node("Loop", [_builder.Constant("count", Tensor.Scalar(3L)), null, x], ["final", "all"], AttributeMap.Of(("body", body.Build())));
        Assert.Equal("[?, C]", loop.Outputs[0]!.Shape!.ToString());
        Assert.Equal("[3, 1, C]", loop.Outputs[1]!.Shape!.ToString());
    }

    [Fact]
    public void Loop_CanBeCancelled()
    {
        GraphBuilder body = Body("body", out _, out Value condition);
        Value state = body.Input("state", DataType.Float32, new SymbolicShape(1));
        body.Output(body.Node("Identity", [condition]));
        body.Output(body.Node("Relu", [state]));
        Value x = _builder.Input("x", DataType.Float32, new SymbolicShape(1));
        _builder.Output(_builder.Node("Loop", [null, null, x], AttributeMap.Of(("body", body.Build()))));
        Graph graph = _builder.Build();
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(50));
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        Assert.Throws<OperationCanceledException>(() => runner.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.Vector(1f) }, source.Token));
    }

    [Fact]
    public void Scan_GoesBackwardsAlongAnyAxis()
    {
        // Running sums over the columns of a matrix from the last to the first, stacked as columns in the order they are made.
        Value x = _builder.Input("x", DataType.Float32, new SymbolicShape(2, Dimension.Symbolic("T")));
        Value zero = _builder.Constant("zero", Tensor.Vector(0f, 0f));
        GraphBuilder body = new("body", _builder.Graph);
        Value sum = body.Input("sum", DataType.Float32, new SymbolicShape(2));
        Value slice = body.Input("slice", DataType.Float32, new SymbolicShape(2));
        Value next = body.Node("Add", [sum, slice]);
        body.Output(next, "next");
        body.Output(body.Node("Identity", [next]));
        AttributeMap attributes = AttributeMap.Of(
            ("body", body.Build()),
            ("num_scan_inputs", 1),
            ("scan_input_axes", new long[] { 1 }),
            ("scan_input_directions", new long[] { 1 }),
            ("scan_output_axes", new long[] { -1 }));
        Node scan = _builder.Node("Scan", [zero, x], ["final", "all"], attributes);
        Assert.Equal("[2, T]", scan.Outputs[1]!.Shape!.ToString());
        _builder.Output(scan.Outputs[0]!);
        _builder.Output(scan.Outputs[1]!);
        IReadOnlyList<Tensor> outputs = Run(("x", Tensor.Create([1f, 2f, 3f, 10f, 20f, 30f], 2, 3)));
        Assert.Equal([6f, 60f], outputs[0].ToSingleArray());
        Assert.Equal([3f, 5f, 6f, 30f, 50f, 60f], outputs[1].ToSingleArray());
    }

    [Fact]
    public void BodyThatDoesNotFit_IsRefused()
    {
        GraphBuilder body = Body("body", out _, out Value condition);
        body.Output(body.Node("Identity", [condition]));
        Graph graph = body.Build();
        Value x = _builder.Input("x", DataType.Float32, new SymbolicShape(1));
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => _builder.Node("Loop", [null, null, x], AttributeMap.Of(("body", graph))));
        Assert.Contains("Loop", error.Message, StringComparison.Ordinal);
    }

    private GraphBuilder Body(string name, out Value iteration, out Value condition)
    {
        GraphBuilder body = new(name, _builder.Graph);
        iteration = body.Input("iteration", DataType.Int64, SymbolicShape.Scalar);
        condition = body.Input("goes_on", DataType.Bool, SymbolicShape.Scalar);
        return body;
    }

    private IReadOnlyList<Tensor> Run(params (string Name, Tensor Tensor)[] feeds)
    {
        Graph graph = _builder.Build();
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        return runner.Run(feeds.ToDictionary(f => f.Name, f => f.Tensor));
    }
}
