using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Elementwise functions behind each other are one step, with the results of their nodes.</summary>
public class ElementwiseChainTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(67)]
    [InlineData(4099)]
    public void Chain_IsOneStepWithTheResultsOfItsNodes(long width)
    {
        (Graph graph, Dictionary<string, Tensor> feeds) = Chain(new SymbolicShape(3, width), new TensorShape(3, width));
        Check(graph, feeds);
    }

    [Fact]
    public void Chain_OfOpenSize_IsOneStep()
    {
        (Graph graph, Dictionary<string, Tensor> feeds) = Chain(new SymbolicShape(Dimension.Symbolic("N"), 5, 9), new TensorShape(4, 5, 9));
        Check(graph, feeds);
    }

    /// <summary>The memory of an operand that is read late must survive the functions before.</summary>
    [Fact]
    public void OperandReadLate_KeepsItsMemory()
    {
        GraphBuilder b = new("late");
        Value x = b.Input("x", DataType.Float32, new SymbolicShape(2, 5000)), y = b.Input("y", DataType.Float32, new SymbolicShape(2, 5000));
        Value softmax = b.Node("Softmax", [x]), other = b.Node("Softmax", [y]);
        Value chain = b.Node("Mul", [other, b.Node("Tanh", [b.Node("Exp", [softmax])])]);
        b.Output(b.Node("Sub", [chain, softmax]), "z");
        Random random = new(3);
        Dictionary<string, Tensor> feeds = new() { ["x"] = RandomTensors.Create(random, DataType.Float32, 2, 5000), ["y"] = RandomTensors.Create(random, DataType.Float32, 2, 5000) };
        Graph graph = b.Build();
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        TensorAssert.Close(reference.Run(feeds)[0], compiled.Run(feeds)["z"], 1e-5, 1e-6);
        Assert.Single(compiled.Profile()[0].Steps, s => s.KernelId == "f32-chain-exp-tanh-multiply-subtract");
    }

    [Fact]
    public void ValueThatOthersRead_EndsTheChain()
    {
        GraphBuilder b = new("read");
        Value exp = b.Node("Exp", [b.Input("x", DataType.Float32, new SymbolicShape(8))]);
        b.Output(exp, "exp");
        b.Output(b.Node("Neg", [exp]), "neg");
        using CompiledModel compiled = CompiledModel.Compile(new Model(b.Build()));
        Assert.DoesNotContain("chain", compiled.Describe(), StringComparison.Ordinal);
    }

    private static (Graph Graph, Dictionary<string, Tensor> Feeds) Chain(SymbolicShape shape, TensorShape actual)
    {
        GraphBuilder b = new("chain");
        Value x = b.Input("x", DataType.Float32, shape), other = b.Input("y", DataType.Float32, shape);
        Value y = b.Node("Mul", [b.Node("Sub", [b.Constant("two", Tensor.Scalar(2f)), x]), other]);
        y = b.Node("Div", [b.Node("Clip", [y, b.Constant("low", Tensor.Scalar(-3f)), b.Constant("high", Tensor.Scalar(4f))]), b.Constant("half", Tensor.Vector(0.5f))]);
        b.Output(b.Node("Max", [b.Node("Tanh", [y]), other]), "z");
        Random random = new(2);
        return (b.Build(), new() { ["x"] = RandomTensors.Create(random, DataType.Float32, [.. actual]), ["y"] = RandomTensors.Create(random, DataType.Float32, [.. actual]) });
    }

    private static void Check(Graph graph, Dictionary<string, Tensor> feeds)
    {
        using CompiledModel compiled = CompiledModel.Compile(new Model(graph));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(graph, graph.Outputs);
        TensorAssert.Close(reference.Run(feeds)[0], compiled.Run(feeds)["z"], 1e-5, 1e-6);
        Assert.Equal("f32-chain-subtract-multiply-clip-divide-tanh-max", Assert.Single(compiled.Profile()[0].Steps).KernelId);
    }
}
