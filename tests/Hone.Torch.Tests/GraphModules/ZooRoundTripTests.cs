using Hone.Samples.Zoo.Text;
using Hone.Samples.Zoo.Vision;
using Hone.Torch.GraphModules;
using Hone.Torch.Tests.Zoo;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.GraphModules;

/// <summary>Captured models of the zoo as graph modules: outputs and the gradients of all parameters are those of the original.</summary>
public sealed class ZooRoundTripTests
{
    private static readonly Dictionary<string, (Func<nn.Module> Create, Func<Tensor[]> Inputs)> s_models = new()
    {
        ["ResNet18"] = (() => ResNet.ResNet18(classes: 10, width: 8), Image),
        ["MobileNetV2"] = (() => new MobileNetV2(classes: 10, width: 0.25), Image),
        ["MobileNetV3"] = (() => MobileNetV3.Small(classes: 10, width: 0.5), Image),
        ["ShuffleNetV2"] = (() => ShuffleNetV2.X05(classes: 10), Image),
        ["DenseNet"] = (() => new DenseNet(classes: 10, growth: 4), Image),
        ["UNet"] = (() => new UNet(width: 4, depth: 3), Image),
        ["SsdDetector"] = (() => new SsdDetector(classes: 3, imageSize: 64, width: 8), Image),
        ["ConvNeXt"] = (() => new ConvNeXt(classes: 10, width: 8, depths: [1, 1, 1, 1]), Image),
        ["VisionTransformer"] = (() => new VisionTransformer(64, 10, layers: 2, attentionHeads: 4, features: 32, hidden: 64), Image),
        ["MlpMixer"] = (() => new MlpMixer(64, 10, depth: 2, features: 32, channelHidden: 64), Image),
        ["BertEncoder"] = (() => new BertEncoder(20, 2, 4, 32, 64, 16), () => [Tokens(2, 7), ones(2, 7, int64)]),
        ["GptDecoder"] = (() => new GptDecoder(20, 2, 4, 32, 16), () => [Tokens(2, 5), randn([2, 2, 4, 3, 8]), randn([2, 2, 4, 3, 8])]),
        ["Seq2SeqTransformer"] = (() => new Seq2SeqTransformer(20, 20, 32, 4, 2, 64, 16), () => [Tokens(2, 7), Tokens(2, 5), zeros(2, 7, ScalarType.Bool)]),
        ["LstmTagger"] = (() => new LstmTagger(20, 5, 16, 12), () => [Tokens(2, 6)]),
        ["GruSeq2Seq"] = (() => new GruSeq2Seq(20, 20, 16, 12), () => [Tokens(2, 6), Tokens(2, 5)]),
        ["TextClassifier"] = (() => new TextClassifier(20, 4, 16), () => [Tokens(1, 12).flatten(), tensor(new long[] { 0, 3, 3, 8 })]),
        ["TemporalConvNet"] = (() => new TemporalConvNet(channels: [8, 12]), () => [randn(2, 8, 20)]),
    };

    public static TheoryData<string> Names => [.. s_models.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void OutputsAndGradients_AreThoseOfTheOriginal(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module original = s_models[name].Create();
        ZooAssert.Randomize(original);
        original.eval();
        Tensor[] inputs = s_models[name].Inputs();
        using GraphModule module = new(original.Capture([.. inputs], new CaptureOptions { DynamicBatch = name != "TextClassifier" }));
        module.eval();
        Tensor[] expected = [.. ZooAssert.Tensors(ZooAssert.Call(original, inputs))];
        Tensor[] actual = [.. module.Execute(inputs)];
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            AssertClose(expected[i], actual[i], 1e-4f * Scale(expected[i]), $"output {i}");
        Loss(expected).backward();
        Loss(actual).backward();
        Dictionary<string, Parameter> parameters = module.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        (string Name, Tensor Gradient)[] gradients = [.. original.named_parameters().Where(p => p.parameter.grad is not null).Select(p => (p.name, p.parameter.grad!))];
        Assert.NotEmpty(gradients);
        float largest = gradients.Max(g => Scale(g.Gradient));
        foreach ((string parameter, Tensor gradient) in gradients)
        {
            Assert.True(parameters[parameter].grad is not null, $"{parameter} has no gradient.");
            // Rounding is relative to the terms that cancel, which are as large as other parameters' gradients.
            AssertClose(gradient, parameters[parameter].grad!, (1e-3f * Scale(gradient)) + (1e-5f * largest), $"gradient of {parameter}");
        }
    }

    private static Tensor[] Image() => [randn(2, 3, 64, 64)];

    /// <summary>Without token 0: where it is padding, TorchSharp gives its embedding no gradient, which a graph does not know.</summary>
    private static Tensor Tokens(int batch, int length) => randint(1, 20, [batch, length], int64);

    /// <summary>A loss that weighs every element of every output differently.</summary>
    private static Tensor Loss(Tensor[] outputs) =>
        outputs.Where(o => o.is_floating_point()).Select(o => (o * arange(o.numel(), float32).cos().reshape(o.shape)).sum() / o.numel()).Aggregate((a, b) => a + b);

    private static float Scale(Tensor tensor) => tensor.detach().abs().max().item<float>();

    private static void AssertClose(Tensor expected, Tensor actual, float tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        float error = (expected - actual).detach().abs().max().item<float>();
        Assert.True(error <= tolerance, $"{what}: error {error}, allowed {tolerance}");
    }
}
