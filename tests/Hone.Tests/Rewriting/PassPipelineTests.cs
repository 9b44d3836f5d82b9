using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Tests.Rewriting;

public class PassPipelineTests
{
    [Fact]
    public void Run_RepeatsUntilNothingChanges()
    {
        CountingPass pass = new(changes: 3);
        new PassPipeline(pass).Run(Empty());
        Assert.Equal(4, pass.Runs);
    }

    [Fact]
    public void Run_PassThatNeverEnds_IsNamed()
    {
        HoneException error = Assert.Throws<HoneException>(() => new PassPipeline(new CountingPass(int.MaxValue)).Run(Empty()));
        Assert.Contains("count", error.Message);
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        CountingPass pass = new(0);
        Assert.Throws<OperationCanceledException>(() => new PassPipeline(pass).Run(Empty(), cancellationToken: source.Token));
        Assert.Equal(0, pass.Runs);
    }

    [Fact]
    public void Run_PassThatBreaksALaw_IsNamed()
    {
        PassPipeline pipeline = new(new BreakingPass()) { ChecksAfterEveryPass = true };
        HoneException error = Assert.Throws<HoneException>(() => pipeline.Run(Empty()));
        Assert.Contains("Pass 'break'", error.Message);
    }

    private static Graph Empty()
    {
        GraphBuilder builder = new();
        builder.Output(builder.Input("x", DataType.Float32, SymbolicShape.Scalar));
        return builder.Build();
    }

    private sealed class CountingPass(int changes) : IGraphPass
    {
        public string Name => "count";

        public int Runs { get; private set; }

        public bool Run(Graph graph) => Runs++ < changes;
    }

    private sealed class BreakingPass : IGraphPass
    {
        public string Name => "break";

        public bool Run(Graph graph)
        {
            graph.Inputs[0].AddConsumer(new Node(Hone.Operators.OperatorTable.Standard.Find("", "Identity")!, "stray", [], [], AttributeMap.Empty));
            graph.Inputs[0].Constant = Tensor.Scalar(1f);
            return true;
        }
    }
}
