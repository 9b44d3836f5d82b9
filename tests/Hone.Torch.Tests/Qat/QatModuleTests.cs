using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Amp;
using Hone.Torch.Checkpoints;
using Hone.Torch.Qat;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;
using Tensor = TorchSharp.torch.Tensor;

namespace Hone.Torch.Tests.Qat;

public class QatModuleTests
{
    [Fact]
    public void Convert_AfterTraining_ComputesWhatWasTrained()
    {
        using QatModule module = QatModule.Prepare(ResidualNet());
        Train(module, steps: 20);
        module.FreezeObservers();
        module.FreezeBatchNorm();
        Train(module, steps: 5);
        Model quantized = module.Convert();
        GraphChecker.Check(quantized.Graph);
        Assert.DoesNotContain(quantized.Graph.Nodes, n => n.Is("BatchNormalization") || n.Operator.Domain.Length > 0);
        Assert.Equal(3, quantized.Graph.Constants.Count(c => c.DataType == DataType.Int8 && c.Shape!.Rank > 1));

        module.eval();
        using Tensor x = randn(8, 2, 8, 8, generator: new Generator(9));
        float[] expected = module.call(x).data<float>().ToArray();
        float[] actual = Run(quantized, x);
        // The integer bias is rounded and the fold is exact, so that a code next to a tie may differ by one here and there.
        float range = expected.Max(MathF.Abs);
        float[] errors = [.. expected.Zip(actual, (e, a) => MathF.Abs(e - a) / range)];
        Assert.True(errors.Max() < 0.03f, $"largest error {errors.Max()} of the range");
        Assert.True(errors.Average() < 0.003f, $"mean error {errors.Average()} of the range");
    }

    [Fact]
    public void Training_LowersTheLoss_AndMovesTheStatistics()
    {
        using QatModule module = QatModule.Prepare(ResidualNet());
        float first = Train(module, steps: 1);
        float last = Train(module, steps: 150);
        Assert.True(last < 0.5f * first, $"{first} -> {last}");
        Assert.All(module.FakeQuantizes.Values, f => Assert.False(float.IsInfinity(f.Minimum.reshape(-1)[0].item<float>())));
    }

    [Fact]
    public void FrozenBatchNorm_StaysFrozen_AfterTrain()
    {
        using QatModule module = QatModule.Prepare(ResidualNet());
        Train(module, steps: 3);
        module.FreezeBatchNorm();
        module.train();
        float[] before = module.state_dict()["bn.running_mean"].data<float>().ToArray();
        Train(module, steps: 3);
        Assert.Equal(before, module.state_dict()["bn.running_mean"].data<float>().ToArray());
    }

    [Fact]
    public void Evaluation_DoesNotMoveRanges()
    {
        using QatModule module = QatModule.Prepare(ResidualNet());
        Train(module, steps: 3);
        module.eval();
        float[] before = [.. module.FakeQuantizes.Values.Select(f => f.Maximum.reshape(-1)[0].item<float>())];
        module.call(randn(4, 2, 8, 8) * 100).Dispose();
        Assert.Equal(before, module.FakeQuantizes.Values.Select(f => f.Maximum.reshape(-1)[0].item<float>()));
    }

    [Fact]
    public void Convert_Untrained_SaysWhatToDo()
    {
        using QatModule module = QatModule.Prepare(ResidualNet());
        Assert.Contains("never observed", Assert.Throws<QuantizationException>(module.Convert).Message);
    }

    [Fact]
    public void State_IsSavedAndLoaded()
    {
        using QatModule source = QatModule.Prepare(ResidualNet());
        Train(source, steps: 5);
        using QatModule target = QatModule.Prepare(ResidualNet());
        (IList<string> missing, IList<string> unexpected) = target.load_state_dict(source.state_dict());
        Assert.Empty(missing);
        Assert.Empty(unexpected);
        source.eval();
        target.eval();
        using Tensor x = randn(2, 2, 8, 8);
        Assert.True(source.call(x).equal(target.call(x)).all().item<bool>());
    }

    [Fact]
    public void FourBitWeights_AreStoredInFourBits()
    {
        QatOptions options = new() { Weight = FakeQuantizeOptions.Weight with { QuantMin = -8, QuantMax = 7 } };
        using QatModule module = QatModule.Prepare(ResidualNet(), options);
        Train(module, steps: 5);
        Model quantized = module.Convert();
        Assert.Equal(3, quantized.Graph.Constants.Count(c => c.DataType == DataType.Int4 && c.Shape!.Rank > 1));
        Assert.All(Run(quantized, randn(2, 2, 8, 8)), y => Assert.True(float.IsFinite(y)));
    }

    [Theory]
    [InlineData(-128, 127, 0.03)]
    [InlineData(-8, 7, 0.03)]
    public void LearnedScales_MoveAndConvert(long quantMin, long quantMax, double tolerance)
    {
        QatOptions options = new() { Weight = FakeQuantizeOptions.Weight with { QuantMin = quantMin, QuantMax = quantMax } };
        using QatModule module = QatModule.Prepare(ResidualNet(), options);
        Assert.Throws<QuantizationException>(module.LearnScales);
        Train(module, steps: 5);
        IReadOnlyList<TorchSharp.Modules.Parameter> scales = module.LearnScales();
        Assert.NotEmpty(scales);
        float[][] before = [.. scales.Select(s => s.data<float>().ToArray())];
        float first = Train(module, steps: 1);
        float last = Train(module, steps: 60);
        Assert.True(last < first, $"{first} -> {last}");
        Assert.Contains(scales.Zip(before), p => !p.First.data<float>().ToArray().SequenceEqual(p.Second));
        module.FreezeBatchNorm();
        module.eval();
        Model quantized = module.Convert();
        using Tensor x = randn(8, 2, 8, 8, generator: new Generator(9));
        float[] expected = module.call(x).data<float>().ToArray();
        float range = expected.Max(MathF.Abs);
        float[] errors = [.. expected.Zip(Run(quantized, x), (e, a) => MathF.Abs(e - a) / range)];
        Assert.True(errors.Average() < tolerance, $"mean error {errors.Average()} of the range");
    }

    [Fact]
    public void Training_UnderAutocast_Converts()
    {
        using QatModule module = QatModule.Prepare(ResidualNet());
        float first = Train(module, steps: 1, autocast: true);
        float last = Train(module, steps: 100, autocast: true);
        Assert.True(last < 0.6f * first, $"{first} -> {last}");
        Assert.All(module.parameters(), p => Assert.Equal(ScalarType.Float32, p.dtype));
        Assert.All(Run(module.Convert(), randn(2, 2, 8, 8)), y => Assert.True(float.IsFinite(y)));
    }

    [Fact]
    public void Schedule_DelaysAndFreezes()
    {
        using QatModule module = QatModule.Prepare(ResidualNet());
        QatSchedule schedule = new() { DelaySteps = 2, LearnScalesFrom = 3, FreezeObserversFrom = 4, FreezeBatchNormFrom = 5 };
        QatScheduler scheduler = new(module, schedule);
        int learned = 0;
        scheduler.ScalesLearned += scales => learned = scales.Count;
        FakeQuantize any = module.FakeQuantizes.Values.First();
        List<string> states = [];
        for (int step = 0; step < 6; step++)
        {
            states.Add($"{any.IsQuantizing} {learned > 0} {any.IsObserving} {module.IsBatchNormFrozen}");
            Train(module, steps: 1);
            scheduler.Step();
        }

        Assert.Equal(
            ["False False True False", "False False True False", "True False True False", "True True False False", "True True False False", "True True False True"],
            states);
        Assert.Equal(6, scheduler.StepCount);
        // Resumed in the middle, the module is in the same state.
        using QatModule resumed = QatModule.Prepare(ResidualNet());
        _ = new QatScheduler(resumed, schedule with { LearnScalesFrom = null }, stepCount: 5);
        Assert.True(resumed.IsBatchNormFrozen);
        Assert.False(resumed.FakeQuantizes.Values.First().IsObserving);
    }

    [Fact]
    public void Checkpoint_ResumesRangesAndWhatIsFrozen()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.checkpoint");
        try
        {
            using QatModule source = QatModule.Prepare(ResidualNet());
            Train(source, steps: 5);
            source.FreezeObservers();
            source.FreezeBatchNorm();
            TrainingCheckpoint.Save(path, source, optim.Adam(source.parameters()), new TrainingProgress(0, 5));
            using QatModule target = QatModule.Prepare(ResidualNet());
            TrainingCheckpoint.Load(path, target, optim.Adam(target.parameters()));
            Assert.True(target.IsBatchNormFrozen);
            Assert.All(target.FakeQuantizes.Values, f => Assert.False(f.IsObserving));
            Assert.Equal(Bytes(source.Convert()), Bytes(target.Convert()));
        }
        finally
        {
            File.Delete(path);
        }

        static byte[] Bytes(Model model) => [.. model.Graph.Constants.OrderBy(c => c.Name, StringComparer.Ordinal).SelectMany(c => c.Constant!.Bytes.ToArray())];
    }

    private static float Train(QatModule module, int steps, bool autocast = false)
    {
        // For the dropout.
        random.manual_seed(7);
        module.train();
        Tensor x = randn(16, 2, 8, 8, generator: new Generator(3));
        // Something that the network can learn: statistics of its input.
        Tensor target = cat([x.mean([2, 3]), x.abs().mean([1, 2, 3]).unsqueeze(1)], 1) * 2;
        using optim.Optimizer optimizer = optim.Adam(module.parameters(), 0.01);
        float loss = 0;
        for (int i = 0; i < steps; i++)
        {
            optimizer.zero_grad();
            Tensor output;
            using (new Autocast(enabled: autocast))
                output = module.call(x);
            using Tensor error = (output.to(ScalarType.Float32) - target).square().mean();
            error.backward();
            optimizer.step();
            loss = error.item<float>();
        }

        return loss;
    }

    private static float[] Run(Model model, Tensor x)
    {
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(model.Graph, model.Graph.Outputs);
        return runner.Run(new Dictionary<string, HoneTensor> { ["x"] = x.ToHone() })[0].ToSingleArray();
    }

    private static Model ResidualNet()
    {
        Generator random = new(0);
        GraphBuilder builder = new("net");
        AttributeMap padded = AttributeMap.Of(("pads", new long[] { 1, 1, 1, 1 }));
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 2, 8, 8));
        Value y = builder.Node("Conv", [x, Weight("conv.weight", 4, 2, 3, 3)], padded, "conv");
        y = builder.Node("BatchNormalization", [y, Weight("bn.weight", 4), Weight("bn.bias", 4), Weight("bn.running_mean", 4), Variance("bn.running_var", 4)], outputName: "bn");
        Value skip = builder.Node("Relu", [y], outputName: "relu");
        y = builder.Node("Conv", [skip, Weight("conv2.weight", 4, 4, 3, 3), Weight("conv2.bias", 4)], padded, "conv2");
        y = builder.Node("Relu", [builder.Node("Add", [y, skip], outputName: "sum")], outputName: "relu2");
        y = builder.Node("Flatten", [builder.Node("GlobalAveragePool", [y], outputName: "pool")], outputName: "flat");
        y = builder.Node("Dropout", [y, builder.Constant("ratio", HoneTensor.Scalar(0.1f))], outputName: "dropped");
        builder.Output(builder.Node("Gemm", [y, Weight("fc.weight", 3, 4), Weight("fc.bias", 3)], AttributeMap.Of(("transB", 1))), "y");
        return new Model(builder.Build());

        Value Weight(string name, params long[] shape) => builder.Constant(name, (randn(shape, generator: random) * 0.5f).ToHone());
        Value Variance(string name, params long[] shape) => builder.Constant(name, (rand(shape, generator: random) + 0.5f).ToHone());
    }
}
