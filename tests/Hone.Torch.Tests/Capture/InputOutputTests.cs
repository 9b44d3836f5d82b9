using Hone.Evaluation;
using Hone.TestKit;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using HoneTensor = Hone.Tensors.Tensor;

namespace Hone.Torch.Tests.Capture;

/// <summary>What <c>forward</c> may take and return.</summary>
public sealed class InputOutputTests
{
    [Fact]
    public void SeveralInputs_OneOfThemIntegers()
    {
        Model model = CaptureAssert.Matches(new TwoInputsModule(), randint(0, 10, [3, 5], int64), randn(3, 8));
        Assert.Equal(["tokens", "features"], model.Graph.Inputs.Select(i => i.Name));
        Assert.Equal(Hone.Tensors.DataType.Int64, model.Graph.Inputs[0].DataType);
    }

    [Fact]
    public void NestedOutputs_AreFlattenedInOrder()
    {
        Model model = CaptureAssert.Matches(new NestedOutputModule(), randn(3, 8));
        Assert.Equal(5, model.Graph.Outputs.Count);
    }

    [Fact]
    public void DictionaryOutput_NamesTheOutputs()
    {
        Model model = CaptureAssert.Matches(new DictionaryOutputModule(), randn(3, 8));
        Assert.Equal(["scores", "features"], model.Graph.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void TupleOfInputs() => Check(new TupleInputModule(), (randn(3, 8), randn(3, 8)));

    [Fact]
    public void ListOfInputs() => Check(new ListInputModule(), [randn(3, 8), randn(3, 8), randn(3, 8)]);

    [Fact]
    public void DictionaryOfInputs() => Check(new DictionaryInputModule(), new Dictionary<string, Tensor> { ["a"] = randn(3, 8), ["b"] = randn(3, 8) });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void OptionalInput(bool isGiven)
    {
        using OptionalInputModule module = new();
        Tensor x = randn(3, 8);
        Tensor? mask = isGiven ? randn(3, 8).gt(0) : null;
        Model model = ((nn.Module)module).Capture(isGiven ? [x, mask] : [x, null]);
        Assert.Equal(isGiven ? 2 : 1, model.Graph.Inputs.Count);
        Compare(model, isGiven ? [x, mask!] : [x], module.forward(x, mask));
    }

    [Fact]
    public void OptionalInput_MayBeLeftOut()
    {
        using OptionalInputModule module = new();
        Tensor x = randn(3, 8);
        Compare(((nn.Module)module).Capture([x]), [x], module.forward(x, null));
    }

    [Fact]
    public void PlainValues_BecomeConstants()
    {
        using ValueInputModule module = new();
        Tensor x = randn(3, 8);
        Model model = ((nn.Module)module).Capture([x, 3, true]);
        Assert.Single(model.Graph.Inputs);
        Compare(model, [x], module.forward(x, 3, true));
    }

    [Fact]
    public void InputReturnedUnchanged_IsAnOutput() => CaptureAssert.Matches(new EchoModule(), randn(3, 8));

    [Fact]
    public void OneTensorTwice_IsTwoOutputs()
    {
        Model model = CaptureAssert.Matches(new TwiceModule(), randn(3, 8));
        Assert.Equal(2, model.Graph.Outputs.Select(o => o.Name).Distinct().Count());
    }

    private static void Check<T>(Module<T, Tensor> module, T example)
    {
        Model model = ((nn.Module)module).Capture([example]);
        Tensor[] inputs = [.. Hone.Torch.Capture.Snapshot.Tensors(example)];
        Assert.Equal(inputs.Length, model.Graph.Inputs.Count);
        Assert.All(model.Graph.Inputs, input => Assert.Equal("[N, 8]", input.Shape!.ToString()));
        Compare(model, inputs, module.call(example));
    }

    private static void Compare(Model model, Tensor[] inputs, Tensor expected)
    {
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(model.Graph, model.Graph.Outputs);
        using HoneTensor actual = runner.Run(model.Graph.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second.ToHone()))[0];
        TensorAssert.Close(expected.ToHone(), actual, 1e-4, 2e-5, "output");
    }

    private sealed class TwoInputsModule : Module<Tensor, Tensor, Tensor>
    {
        private readonly Embedding embedding = Embedding(10, 8);

        public TwoInputsModule()
            : base("two") => RegisterComponents();

        public override Tensor forward(Tensor tokens, Tensor features) =>
            embedding.call(tokens).mean([1]) + features + tokens.to(float32).sum(1, keepdim: true) + tokens.shape[1];
    }

    private sealed class NestedOutputModule : Module<Tensor, (Tensor, (List<Tensor>, Tensor[]), Tensor?)>
    {
        public NestedOutputModule()
            : base("nested")
        {
        }

        public override (Tensor, (List<Tensor>, Tensor[]), Tensor?) forward(Tensor input) =>
            (input + 1, ([input * 2, input * 3], [input.exp(), input.relu()]), null);
    }

    private sealed class DictionaryOutputModule : Module<Tensor, Dictionary<string, Tensor>>
    {
        public DictionaryOutputModule()
            : base("dictionary")
        {
        }

        public override Dictionary<string, Tensor> forward(Tensor input) => new() { ["scores"] = input.softmax(1), ["features"] = input.relu() };
    }

    private sealed class TupleInputModule : Module<(Tensor Left, Tensor Right), Tensor>
    {
        public TupleInputModule()
            : base("tuple")
        {
        }

        public override Tensor forward((Tensor Left, Tensor Right) input) => input.Left - input.Right.relu();
    }

    private sealed class ListInputModule : Module<List<Tensor>, Tensor>
    {
        public ListInputModule()
            : base("list")
        {
        }

        public override Tensor forward(List<Tensor> input) => input.Select((x, i) => x * (i + 1)).Aggregate((a, b) => a + b);
    }

    private sealed class DictionaryInputModule : Module<Dictionary<string, Tensor>, Tensor>
    {
        public DictionaryInputModule()
            : base("dictionary")
        {
        }

        public override Tensor forward(Dictionary<string, Tensor> input) => input.TryGetValue("c", out Tensor? c) ? c : input["a"] - 2 * input["b"];
    }

    private sealed class OptionalInputModule : Module<Tensor, Tensor?, Tensor>
    {
        public OptionalInputModule()
            : base("optional")
        {
        }

        public override Tensor forward(Tensor input, Tensor? mask = null) => mask is null ? input.relu() : input.masked_fill(mask, 0);
    }

    private sealed class ValueInputModule : Module<Tensor, int, bool, Tensor>
    {
        public ValueInputModule()
            : base("values")
        {
        }

        public override Tensor forward(Tensor input, int times, bool negate)
        {
            for (int i = 0; i < times; i++)
                input = input * 1.5;
            return negate ? -input : input;
        }
    }

    private sealed class EchoModule : Module<Tensor, (Tensor, Tensor)>
    {
        public EchoModule()
            : base("echo")
        {
        }

        public override (Tensor, Tensor) forward(Tensor input) => (input, input + 1);
    }

    private sealed class TwiceModule : Module<Tensor, (Tensor, Tensor)>
    {
        public TwiceModule()
            : base("twice")
        {
        }

        public override (Tensor, Tensor) forward(Tensor input)
        {
            Tensor y = input.exp();
            return (y, y);
        }
    }
}
