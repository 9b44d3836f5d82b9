using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.GraphModules;
using TorchSharp.Modules;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;
using Tensor = TorchSharp.torch.Tensor;

namespace Hone.Torch.Tests.GraphModules;

public class GraphModuleTests
{
    [Fact]
    public void Forward_Evaluation_AgreesWithTheReference()
    {
        Model model = ConvNet();
        using GraphModule module = new(model);
        module.eval();
        using Tensor x = randn(3, 2, 8, 8, generator: new Generator(1));
        using Tensor y = module.call(x);
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(model.Graph, model.Graph.Outputs);
        using HoneTensor expected = runner.Run(new Dictionary<string, HoneTensor> { ["x"] = x.ToHone() })[0];
        AssertClose(expected.ToTorch(), y, 1e-5f);
    }

    [Fact]
    public void Names_AreThoseOfTheGraph()
    {
        using GraphModule module = new(ConvNet());
        Assert.Equal(["bn.bias", "bn.weight", "conv.bias", "conv.weight", "fc.bias", "fc.weight"], module.named_parameters().Select(p => p.name).Order());
        Assert.Equal(["bn.running_mean", "bn.running_var"], module.named_buffers().Select(b => b.name).Order());
    }

    [Fact]
    public void Training_GradientsAndStatistics_AreThoseOfTorchModules()
    {
        using GraphModule module = new(ConvNet());
        using Conv2d conv = nn.Conv2d(2, 4, 3, padding: 1);
        using BatchNorm2d norm = nn.BatchNorm2d(4);
        using Linear linear = nn.Linear(4 * 16, 3);
        Dictionary<string, Tensor> state = module.state_dict();
        using (no_grad())
        {
            conv.weight!.copy_(state["conv.weight"]);
            conv.bias!.copy_(state["conv.bias"]);
            norm.weight!.copy_(state["bn.weight"]);
            norm.bias!.copy_(state["bn.bias"]);
            norm.running_mean!.copy_(state["bn.running_mean"]);
            norm.running_var!.copy_(state["bn.running_var"]);
            linear.weight!.copy_(state["fc.weight"]);
            linear.bias!.copy_(state["fc.bias"]);
        }

        module.train();
        using Tensor x = randn(3, 2, 8, 8, generator: new Generator(2));
        Tensor expected = linear.call(nn.functional.max_pool2d(norm.call(conv.call(x)).relu(), 2, 2).flatten(1));
        Tensor actual = module.call(x);
        AssertClose(expected, actual, 1e-5f);
        (expected * expected).sum().backward();
        (actual * actual).sum().backward();
        AssertClose(conv.weight!.grad!, module.get_parameter("conv.weight")!.grad!, 1e-4f);
        AssertClose(norm.weight!.grad!, module.get_parameter("bn.weight")!.grad!, 1e-4f);
        AssertClose(linear.weight!.grad!, module.get_parameter("fc.weight")!.grad!, 1e-4f);
        AssertClose(norm.running_mean!, module.state_dict()["bn.running_mean"], 1e-6f);
        AssertClose(norm.running_var!, module.state_dict()["bn.running_var"], 1e-6f);
    }

    [Fact]
    public void ToModel_AfterAStep_HoldsTheNewWeights()
    {
        Model model = ConvNet();
        using GraphModule module = new(model);
        using optim.Optimizer optimizer = optim.SGD(module.parameters(), 0.1);
        module.call(randn(2, 2, 8, 8)).sum().backward();
        optimizer.step();
        Model trained = module.ToModel();
        GraphChecker.Check(trained.Graph);
        Assert.False(model.Graph.FindValue("fc.weight")!.Constant!.BitwiseEquals(trained.Graph.FindValue("fc.weight")!.Constant!));
        module.eval();
        using Tensor x = randn(2, 2, 8, 8);
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(trained.Graph, trained.Graph.Outputs);
        using HoneTensor y = runner.Run(new Dictionary<string, HoneTensor> { ["x"] = x.ToHone() })[0];
        AssertClose(module.call(x), y.ToTorch(), 1e-5f);
    }

    [Fact]
    public void Execute_WrongNumberOfInputs_Throws()
    {
        using GraphModule module = new(ConvNet());
        Assert.Throws<ArgumentException>(() => module.Execute([]));
    }

    [Theory]
    [InlineData(DataType.Float32)]
    [InlineData(DataType.Float64)]
    [InlineData(DataType.Float16)]
    [InlineData(DataType.BFloat16)]
    [InlineData(DataType.UInt8)]
    [InlineData(DataType.Int8)]
    [InlineData(DataType.Int16)]
    [InlineData(DataType.Int32)]
    [InlineData(DataType.Int64)]
    [InlineData(DataType.Bool)]
    public void Conversion_RoundTrips(DataType type)
    {
        HoneTensor source = new(type, new TensorShape(2, 3));
        for (int i = 0; i < source.Bytes.Length; i++)
            source.Bytes[i] = (byte)(type == DataType.Bool ? i % 2 : 3 * i);
        using HoneTensor back = source.ToTorch().ToHone();
        Assert.True(source.BitwiseEquals(back));
    }

    [Fact]
    public void Conversion_OfAStridedTensor_IsRowMajor()
    {
        using HoneTensor tensor = arange(6).reshape(2, 3).t().ToHone();
        Assert.Equal([0L, 3, 1, 4, 2, 5], tensor.ToInt64Array());
    }

    private static Model ConvNet()
    {
        Generator random = new(0);
        GraphBuilder builder = new("net");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 2, 8, 8));
        Value y = builder.Node("Conv", [x, Weight("conv.weight", 4, 2, 3, 3), Weight("conv.bias", 4)], AttributeMap.Of(("pads", new long[] { 1, 1, 1, 1 })));
        y = builder.Node("BatchNormalization", [y, Weight("bn.weight", 4), Weight("bn.bias", 4), Weight("bn.running_mean", 4), Variance("bn.running_var", 4)]);
        y = builder.Node("Relu", [y]);
        y = builder.Node("MaxPool", [y], AttributeMap.Of(("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 })));
        y = builder.Node("Flatten", [y]);
        builder.Output(builder.Node("Gemm", [y, Weight("fc.weight", 3, 64), Weight("fc.bias", 3)], AttributeMap.Of(("transB", 1))), "y");
        return new Model(builder.Build());

        Value Weight(string name, params long[] shape) => builder.Constant(name, (randn(shape, generator: random) * 0.3f).ToHone());
        Value Variance(string name, params long[] shape) => builder.Constant(name, (rand(shape, generator: random) + 0.5f).ToHone());
    }

    private static void AssertClose(Tensor expected, Tensor actual, float relative)
    {
        Assert.Equal(expected.shape, actual.shape);
        float error = (expected - actual).abs().max().item<float>();
        float scale = expected.abs().max().item<float>();
        Assert.True(error <= relative * Math.Max(1, scale), $"error {error} at scale {scale}");
    }
}
