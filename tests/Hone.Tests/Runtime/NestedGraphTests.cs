using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Branches and loops run compiled, read the values around them, and give what the reference evaluation gives.</summary>
public class NestedGraphTests
{
    private readonly GraphBuilder _builder = new();
    private readonly Random _random = new(3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void If_RunsTheCompiledBranch(bool condition)
    {
        Value chosen = _builder.Input("chosen", DataType.Bool, SymbolicShape.Scalar);
        Value x = _builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 3, 8, 8));
        Value around = _builder.Node("Relu", [x], null, "around");
        Value weights = _builder.Constant("weights", RandomTensors.Create(_random, DataType.Float32, 4, 3, 3, 3));

        GraphBuilder convolves = new("convolves", _builder.Graph);
        convolves.Output(convolves.Node("Conv", [around, weights], AttributeMap.Of(("pads", new[] { 1L, 1, 1, 1 })), "map"));
        GraphBuilder passes = new("passes", _builder.Graph);
        passes.Output(passes.Node("Concat", [around, passes.Node("Neg", [x], null, "inner"), around, x], AttributeMap.Of(("axis", 2)), "joined"));

        AttributeMap branches = AttributeMap.Of(("then_branch", convolves.Build()), ("else_branch", passes.Build()));
        Value result = _builder.Node("If", [chosen], branches, "result");
        _builder.Output(_builder.Node("Neg", [result], null, "y"));
        for (int batch = 1; batch <= 2; batch++)
        {
            Tensor image = RandomTensors.Create(_random, DataType.Float32, batch, 3, 8, 8);
            Check(new() { ["chosen"] = Tensor.Scalar(condition), ["x"] = image });
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Loop_RunsTheCompiledBody(long iterations)
    {
        Value count = _builder.Input("count", DataType.Int64, SymbolicShape.Scalar);
        Value start = _builder.Input("start", DataType.Float32, new SymbolicShape(2, 4));
        Value weights = _builder.Constant("weights", RandomTensors.Create(_random, DataType.Float32, 4, 4));
        GraphBuilder body = new("body", _builder.Graph);
        body.Input("iteration", DataType.Int64, SymbolicShape.Scalar);
        Value goesOn = body.Input("goes_on", DataType.Bool, SymbolicShape.Scalar);
        Value state = body.Input("state", DataType.Float32, new SymbolicShape(2, 4));
        Value next = body.Node("Tanh", [body.Node("MatMul", [state, weights], null, "product")], null, "next");
        body.Output(body.Node("Identity", [goesOn], null, "goes_on_again"));
        body.Output(next);
        body.Output(body.Node("Add", [next, start], null, "seen"));

        Node loop = _builder.Node("Loop", [count, null, start], ["final", "all"], AttributeMap.Of(("body", body.Build())));
        foreach (Value? output in loop.Outputs)
            _builder.Output(output!);
        Check(new() { ["count"] = Tensor.Scalar(iterations), ["start"] = RandomTensors.Create(_random, DataType.Float32, 2, 4) });
    }

    /// <summary>A branch that reads nothing but gives a value from around, and a branch in a branch.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void If_InsideIf_ReadsTheOutermostValues(bool condition)
    {
        Value chosen = _builder.Input("chosen", DataType.Bool, SymbolicShape.Scalar);
        Value x = _builder.Input("x", DataType.Float32, new SymbolicShape(5));
        GraphBuilder outer = new("outer", _builder.Graph);
        Value halved = outer.Node("Mul", [x, outer.Constant("half", Tensor.Scalar(0.5f))], null, "halved");
        GraphBuilder inner = new("inner", outer.Graph);
        inner.Output(inner.Node("Add", [halved, x], null, "sum"));
        GraphBuilder other = new("other", outer.Graph);
        other.Output(other.Node("Identity", [halved], null, "same"));
        outer.Output(outer.Node("If", [chosen], AttributeMap.Of(("then_branch", inner.Build()), ("else_branch", other.Build())), "nested"));
        GraphBuilder otherwise = new("otherwise", _builder.Graph);
        otherwise.Output(otherwise.Node("Exp", [x], null, "exp"));
        _builder.Output(_builder.Node("If", [chosen], AttributeMap.Of(("then_branch", outer.Build()), ("else_branch", otherwise.Build())), "y"));
        Check(new() { ["chosen"] = Tensor.Scalar(condition), ["x"] = RandomTensors.Create(_random, DataType.Float32, 5) });
    }

    private void Check(Dictionary<string, Tensor> feeds)
    {
        Graph graph = _builder.Build();
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        foreach ((Value output, Tensor expected) in graph.Outputs.Zip(reference.Run(feeds)))
            TensorAssert.Close(expected, compiled.Run(feeds)[output.Name], 2e-5, 2e-5, output.Name);
        Assert.DoesNotContain(compiled.Profile()[0].Steps, s => s.Operators is "If" or "Loop" && s.IsReference);
    }
}
