using Hone.Graphs;
using Hone.Runtime;
using Hone.Runtime.Profiling;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

public class CompiledModelTests
{
    [Fact]
    public void ConcurrentRuns_OfManyShapes_GiveEachItsOwnResult()
    {
        using CompiledModel compiled = CompiledModel.Compile(SmallNetwork.Create(), new CompileOptions { MostPlans = 2 });
        (Dictionary<string, Tensor> Feeds, Tensor Expected)[] cases =
            [.. Enumerable.Range(0, 6).Select(i => SmallNetwork.Feeds(i, 1 + (i % 2), 6 + i, 7)).Select(f => (f, compiled.Run(f)["y"]))];
        Parallel.For(0, 120, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            (Dictionary<string, Tensor> feeds, Tensor expected) = cases[i % cases.Length];
            using Tensor actual = compiled.Run(feeds)["y"];
            Assert.True(expected.BitwiseEquals(actual));
        });
    }

    [Fact]
    public void Plans_AreKeptPerShapeUpToTheBound()
    {
        using CompiledModel compiled = CompiledModel.Compile(SmallNetwork.Create(), new CompileOptions { MostPlans = 2 });
        for (int batch = 1; batch <= 4; batch++)
            compiled.Run(SmallNetwork.Feeds(batch: batch))["y"].Dispose();
        compiled.Run(SmallNetwork.Feeds(batch: 3))["y"].Dispose();
        Assert.Equal([3L, 4], compiled.Profile().Select(p => p.InputShapes[0][0]));
    }

    [Fact]
    public void FixedShapes_ArePlannedAheadAndDescribed()
    {
        using CompiledModel compiled = CompiledModel.Compile(new Model(FixedBatch()));
        string plan = compiled.Describe();
        Assert.Contains("Conv+Add+Relu", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("reference", plan, StringComparison.Ordinal);
        Assert.Equal(plan, compiled.Describe([new TensorShape(1, 3, 8, 8)]));
    }

    [Fact]
    public void Profile_TimesEveryStepAndNamesWhatHasNoFastKernel()
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(2, 3));
        builder.Output(builder.Node("Relu", [builder.Node("Det", [builder.Node("MatMul", [x, builder.Constant("w", RandomTensors.Create(new Random(1), DataType.Float32, 3, 2))], outputName: "square")], outputName: "det")]), "y");
        using CompiledModel compiled = CompiledModel.Compile(new Model(builder.Build()), new CompileOptions { Profiles = true });
        compiled.Run(RandomTensors.Create(new Random(2), DataType.Float32, 2, 3)).Dispose();
        IReadOnlyList<StepProfile> steps = compiled.Profile()[0].Steps;
        Assert.All(steps, s => Assert.Equal(1, s.Runs));
        StepProfile reference = Assert.Single(steps, s => s.IsReference);
        Assert.Equal("Det", reference.Operators);
        Assert.Contains("by reference evaluation: det (Det)", compiled.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void WrongInputs_AreRefusedWithNames()
    {
        using CompiledModel compiled = CompiledModel.Compile(SmallNetwork.Create());
        Assert.Contains("'x'", Assert.Throws<ShapeMismatchException>(() => compiled.Run(new Dictionary<string, Tensor>())).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => compiled.Run(new Tensor(DataType.Float32, new TensorShape(1, 4, 8, 8))));
        Assert.Throws<ShapeMismatchException>(() => compiled.Run(new Tensor(DataType.Float64, new TensorShape(1, 3, 8, 8))));
        Dictionary<string, Tensor> tooMany = SmallNetwork.Feeds();
        tooMany["z"] = tooMany["x"];
        Assert.Throws<ShapeMismatchException>(() => compiled.Run(tooMany));
    }

    [Fact]
    public void OptionsOutOfRange_AreRefused()
    {
        Assert.Throws<HoneException>(() => CompiledModel.Compile(SmallNetwork.Create(), new CompileOptions { Threads = -1 }));
        Assert.Throws<HoneException>(() => CompiledModel.Compile(SmallNetwork.Create(), new CompileOptions { MostPlans = 0 }));
    }

    [Fact]
    public void CancelledRun_StopsAndTheModelStillWorks()
    {
        using CompiledModel compiled = CompiledModel.Compile(SmallNetwork.Create());
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => compiled.Run(SmallNetwork.Feeds(), source.Token));
        Assert.Throws<OperationCanceledException>(() => CompiledModel.Compile(SmallNetwork.Create(), cancellationToken: source.Token));
        compiled.Run(SmallNetwork.Feeds())["y"].Dispose();
    }

    [Fact]
    public void Disposed_RefusesRuns()
    {
        CompiledModel compiled = CompiledModel.Compile(SmallNetwork.Create());
        compiled.Dispose();
        compiled.Dispose();
        Assert.Throws<ObjectDisposedException>(() => compiled.Run(SmallNetwork.Feeds()));
    }

    [Fact]
    public void DisposedWhileASessionLives_FreesAfterIt()
    {
        CompiledModel compiled = CompiledModel.Compile(SmallNetwork.Create());
        Dictionary<string, Tensor> feeds = SmallNetwork.Feeds();
        using Tensor expected = compiled.Run(feeds)["y"];
        using Session session = compiled.CreateSession(feeds);
        compiled.Dispose();
        session.Run();
        Assert.True(expected.BitwiseEquals(session.Output("y")));
    }

    [Fact]
    public void ShapesThatDependOnData_Run()
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N")));
        Value places = builder.Node("NonZero", [builder.Node("Relu", [x])]);
        builder.Output(builder.Node("Squeeze", [places, builder.Constant("axes", Tensor.Vector<long>(0))]), "places");
        builder.Output(builder.Node("Neg", [builder.Node("Relu", [x])]), "negated");
        using CompiledModel compiled = CompiledModel.Compile(new Model(builder.Build()));
        foreach (float[] numbers in new float[][] { [-1, 2, 3], [4, -5, -6] })
        {
            IReadOnlyDictionary<string, Tensor> outputs = compiled.Run(new Dictionary<string, Tensor> { ["x"] = Tensor.Vector(numbers) });
            Assert.Equal(Enumerable.Range(0, 3).Where(i => numbers[i] > 0).Select(i => (long)i), outputs["places"].ToInt64Array());
            Assert.Equal(numbers.Select(n => -Math.Max(n, 0)), outputs["negated"].ToSingleArray());
        }
    }

    private static Graph FixedBatch()
    {
        Graph graph = SmallNetwork.Create(8).Graph.Copy();
        graph.Inputs[0].Shape = new SymbolicShape(1, 3, 8, 8);
        TypeInference.Run(graph);
        return graph;
    }
}
