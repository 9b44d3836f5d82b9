using Hone.Onnx;
using Hone.Operators;
using Hone.Torch.Lowering;
using Hone.Torch.Tests.Capture;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

/// <summary>Lowerings that the user adds: for functions, modules and methods, with ONNX's operators and with ones of their own.</summary>
public sealed class CustomLoweringTests
{
    private static readonly LoweringTable s_table = LoweringTable.Standard
        .WithFunction("kron", c => c.Set(c.ReshapeToResult(c.Node("Einsum", [c.Tensor(0), c.Tensor(1)], ("equation", "ij,kl->ikjl")))))
        .WithModule<ScaleModule>(c => c.Set(c.Node("Mul", [c.Tensor(0), c.State("factor")])))
        .WithModule<CubeModule>(c => c.Set(c.CustomNode(CubeOperator.OperatorDomain, "Cube", [c.Tensor(0)], 1, ("gain", (float)((CubeModule)c.Module!).Gain))))
        .WithMethod(UserFunctions.Wobble, c => c.Set(c.Node("Sin", [c.Node("Mul", [c.Tensor(0), c.Scalar(c.Double("speed"), c.ResultType())])])));

    private static readonly CaptureOptions s_options = new() { Lowerings = s_table, Operators = OperatorTable.Standard.With(new CubeOperator()) };

    [Fact]
    public void WithFunction_AddsAFunctionOfTorchSharp()
    {
        using OperationModule module = new(i => kron(i[0], i[1]));
        Tensor[] inputs = [randn(2, 3), randn(4, 5)];
        UnsupportedOperatorException error = Assert.Throws<UnsupportedOperatorException>(() => module.Capture([inputs]));
        Assert.Contains("kron", Assert.Single(error.Missing).OperatorName, StringComparison.Ordinal);
        ModelOracle.Check(module.call, module.Capture([inputs], s_options), inputs, exports: true);
    }

    [Fact]
    public void WithModule_WritesTheModuleWholeUnderItsPath()
    {
        using nn.Module<Tensor, Tensor> module = nn.Sequential(("scale", new ScaleModule()), ("relu", nn.ReLU()));
        Assert.Throws<CaptureException>(() => module.Capture(randn(2, 4)));
        Model model = CaptureAssert.Matches(module, s_options, randn(2, 4));
        Assert.Equal(["Mul", "Relu"], model.Graph.Nodes.Select(n => n.Operator.Name));
        Assert.Equal("scale.factor", model.Graph.Nodes[0].Inputs[1]!.Name); // Mul has two inputs
    }

    [Fact]
    public void WithModule_TakesTheRootTooAndReadsItsState()
    {
        using ScaleModule module = new();
        Model model = CaptureAssert.Matches(module, s_options, randn(2, 4));
        Assert.Equal("factor", Assert.Single(model.Graph.Nodes).Inputs[1]!.Name); // Mul has two inputs
    }

    [Fact]
    public void WithModule_CanKeepAModuleAsOneNodeOfAnOwnOperator()
    {
        using nn.Module<Tensor, Tensor> module = nn.Sequential(("linear", nn.Linear(4, 3)), ("cube", new CubeModule(0.5)));
        Tensor[] inputs = [randn(2, 4)];
        using IDisposable _ = no_grad();
        Model model = module.Capture(inputs[0], s_options);
        Assert.Equal("test.functions.Cube", model.Graph.Nodes[^1].Operator.ToString());
        ModelOracle.Check(i => [module.call(i[0])], model, inputs, exports: false);

        using MemoryStream file = new();
        OnnxWriter.Save(model, file);
        Assert.Throws<UnsupportedOperatorException>(() => OnnxReader.Load(file.ToArray()));
        Model read = OnnxReader.Load(file.ToArray(), new OnnxReadOptions { Operators = s_options.Operators });
        ModelOracle.Check(i => [module.call(i[0])], read, inputs, exports: false);
    }

    [Fact]
    public void CustomNode_NeedsAKnownOperator()
    {
        using CubeModule module = new(2);
        UnsupportedOperatorException error = Assert.Throws<UnsupportedOperatorException>(() => module.Capture(randn(2, 4), s_options with { Operators = OperatorTable.Standard }));
        Assert.Equal("test.functions.Cube", Assert.Single(error.Missing).OperatorName);
    }

    [Fact]
    public void WithMethod_RecordsAMethodOfTheUserWhole()
    {
        using FunctionModule module = new(x => UserFunctions.Wobble(x, 2.5) + 1);
        Assert.Throws<CaptureException>(() => module.Capture(randn(2, 4)));
        CaptureAssert.Matches(module, s_options, randn(2, 4));
    }

    [Fact]
    public void WithMethod_FindsTheMethodBehindDelegates()
    {
        Func<Tensor, double, Tensor> wobble = UserFunctions.Wobble;
        using FunctionModule module = new(x => stack(new[] { 1.0, 2.0 }.Select(speed => wobble(x, speed)), 1));
        CaptureAssert.Matches(module, s_options, randn(2, 4));
    }

    [Fact]
    public void WithMethod_RefusesMethodsOfTorchSharp() =>
        Assert.Throws<ArgumentException>(() => LoweringTable.Standard.WithMethod((Func<Tensor, Tensor>)torch.square, c => c.Set(c.Tensor(0))));
}
