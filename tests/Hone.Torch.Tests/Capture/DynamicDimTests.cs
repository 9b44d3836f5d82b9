using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Capture;

public sealed class DynamicDimTests
{
    private static readonly CaptureOptions s_sequence = new() { DynamicDims = [new DynamicDim("sequence", (0, 1))] };

    [Fact]
    public void BatchIsDynamicByDefault_OtherAxesAreNot()
    {
        Model model = CaptureAssert.Matches(new FunctionModule(x => x.reshape(x.shape[0], 12).relu()), randn(2, 3, 4));
        Assert.Equal("[N, 3, 4]", model.Graph.Inputs[0].Shape!.ToString());
        Assert.Equal("[N, 12]", model.Graph.Outputs[0].Shape!.ToString());
    }

    [Fact]
    public void BatchOfOneInTheExample_IsDynamicToo() => CaptureAssert.Matches(new FunctionModule(x => x.view(x.shape[0], -1).sum(1)), randn(1, 3, 4));

    [Fact]
    public void WithoutDynamicBatch_AllSizesAreFixed()
    {
        Model model = CaptureAssert.Matches(new FunctionModule(x => x.reshape(6, 4)), new CaptureOptions { DynamicBatch = false }, randn(2, 3, 4));
        Assert.Equal("[2, 3, 4]", model.Graph.Inputs[0].Shape!.ToString());
    }

    [Fact]
    public void NamedDimension_HoldsAtOtherSizes()
    {
        using AttentionModule module = new();
        Model model = CaptureAssert.Matches(module, s_sequence, randn(2, 5, 8));
        Assert.Equal("[N, sequence, 8]", model.Graph.Inputs[0].Shape!.ToString());
        Assert.Equal("[N, sequence, 8]", model.Graph.Outputs[0].Shape!.ToString());
        foreach (long length in (long[])[1, 4, 11])
            CaptureAssert.Compare(module, model, randn(3, length, 8));
    }

    [Fact]
    public void OneName_TiesAxesOfSeveralInputs()
    {
        CaptureOptions options = new() { DynamicDims = [new DynamicDim("sequence", (0, 1), (1, 1)), new DynamicDim("memory", (2, 0))] };
        FunctionModule3 module = new((x, mask, memory) => x.masked_fill(mask.logical_not(), -1).matmul(memory.transpose(0, 1)));
        Model model = CaptureAssert.Matches(module, options, randn(2, 5, 8), randn(2, 5, 1).gt(0), randn(6, 8));
        Assert.Equal(["[N, sequence, 8]", "[N, sequence, 1]", "[memory, 8]"], model.Graph.Inputs.Select(i => i.Shape!.ToString()));
        Assert.Equal("[N, sequence, memory]", model.Graph.Outputs[0].Shape!.ToString());
        CaptureAssert.Compare(module, model, randn(4, 9, 8), randn(4, 9, 1).gt(0), randn(3, 8));
    }

    [Fact]
    public void TwoAxesOfOneName_MoveTogether()
    {
        CaptureOptions options = new() { DynamicDims = [new DynamicDim("side", (0, 1), (0, 2))] };
        FunctionModule module = new(x => x + x.transpose(1, 2));
        Model model = CaptureAssert.Matches(module, options, randn(2, 4, 4));
        Assert.Equal("[N, side, side]", model.Graph.Outputs[0].Shape!.ToString());
        CaptureAssert.Compare(module, model, randn(3, 7, 7));
    }

    [Fact]
    public void Multiple_IsKept()
    {
        CaptureOptions options = new() { DynamicDims = [new DynamicDim("width", (0, 3)) { Multiple = 4 }] };
        FunctionModule module = new(x => functional.max_pool2d(x, 2).reshape(x.shape[0], 3, 4, x.shape[3] / 2).sum(2));
        Model model = CaptureAssert.Matches(module, options, randn(2, 3, 8, 8));
        CaptureAssert.Compare(module, model, randn(2, 3, 8, 20));
    }

    [Fact]
    public void ThirdTraceRefutesWhatTwoTracesAllow()
    {
        // 5 and 4 (the first two lengths) give 10 and 8 as 2·length does; the third length, 3, gives 7.
        FunctionModule module = new(x => x.sum(1) + zeros(x.shape[1] == 3 ? 7 : 2 * x.shape[1]).sum());
        CaptureException error = Assert.Throws<CaptureException>(() => module.Capture(randn(2, 5, 8), s_sequence));
        Assert.Contains("neither a sum nor a product", error.Message, StringComparison.Ordinal);
        Assert.Contains("N x sequence", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoopOverTheDimension_SaysWhereTheTracesPart()
    {
        FunctionModule module = new(x =>
        {
            Tensor sum = x.select(1, 0);
            for (long i = 1; i < x.shape[1]; i++)
                sum = sum.tanh() + x.select(1, i);
            return sum;
        });
        CaptureException error = Assert.Throws<CaptureException>(() => module.Capture(randn(2, 5, 8), s_sequence));
        Assert.Contains("takes another way at another size of N x sequence", error.Message, StringComparison.Ordinal);
        Assert.Contains("DynamicDimTests.cs:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DimensionThatIsFixedInTheModule_IsExplained()
    {
        using Linear head = Linear(40, 3);
        FunctionModule module = new(x => x.flatten(1).matmul(ones(40, 3)));
        CaptureException error = Assert.Throws<CaptureException>(() => module.Capture(randn(2, 5, 8), s_sequence));
        Assert.StartsWith("The module runs at one size only: it fails where 'sequence' is 4 instead of the example's 5.", error.Message, StringComparison.Ordinal);
        Assert.Contains("leave it out of DynamicDims.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FixedBatch_IsExplained()
    {
        FunctionModule module = new(x => x.reshape(24));
        CaptureException error = Assert.Throws<CaptureException>(() => module.Capture(randn(2, 3, 4)));
        Assert.Contains("it fails where 'N' is 3 instead of the example's 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("DynamicBatch = false", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WrongDimensions_AreRefused()
    {
        FunctionModule2 module = new((x, y) => x.sum(1) + y.sum(1));
        Assert.Contains("names axis 5 of input 0, which does not exist", Refused(new DynamicDim("s", (0, 5))), StringComparison.Ordinal);
        Assert.Contains("names axis 0 of input 2, which does not exist", Refused(new DynamicDim("s", (2, 0))), StringComparison.Ordinal);
        Assert.Contains("names no input and axis", Refused(new DynamicDim("s")), StringComparison.Ordinal);
        Assert.Contains("is 5 in one input and 6 in input 1", Refused(new DynamicDim("s", (0, 1), (1, 1))), StringComparison.Ordinal);
        Assert.Contains("Two dynamic dimensions are called 'N'", Refused(new DynamicDim("N", (0, 1))), StringComparison.Ordinal);
        Assert.Contains("Axis 1 of input 0 belongs to two dynamic dimensions", Refused(new DynamicDim("a", (0, 1)), new DynamicDim("b", (0, 1))), StringComparison.Ordinal);

        string Refused(params DynamicDim[] dimensions) =>
            Assert.Throws<CaptureException>(() => module.Capture([randn(2, 5), randn(2, 6)], new CaptureOptions { DynamicDims = dimensions })).Message;
    }

    private sealed class FunctionModule3(Func<Tensor, Tensor, Tensor, Tensor> function) : Module<Tensor, Tensor, Tensor, Tensor>("three")
    {
        public override Tensor forward(Tensor first, Tensor second, Tensor third) => function(first, second, third);
    }

    private sealed class AttentionModule : Module<Tensor, Tensor>
    {
        private readonly Linear project = Linear(8, 24);
        private readonly Parameter position = Parameter(randn(1, 16, 8));

        public AttentionModule()
            : base("attention") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            (long batch, long length) = (input.shape[0], input.shape[1]);
            Tensor x = input + position.narrow(1, 0, length);
            Tensor[] qkv = [.. project.call(x).chunk(3, -1).Select(t => t.view(batch, length, 2, 4).transpose(1, 2))];
            Tensor scores = qkv[0].matmul(qkv[1].transpose(-2, -1)) / Math.Sqrt(4);
            Tensor mask = ones(length, length).tril().eq(0);
            Tensor weights = scores.masked_fill(mask, double.NegativeInfinity).softmax(-1);
            return weights.matmul(qkv[2]).transpose(1, 2).reshape(batch, length, 8);
        }
    }
}
