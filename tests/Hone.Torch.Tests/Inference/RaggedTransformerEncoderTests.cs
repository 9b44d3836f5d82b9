using Hone.Runtime;
using Hone.Torch.Inference;
using Hone.Torch.Tests.Sequence;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Inference;

public sealed class RaggedTransformerEncoderTests
{
    private const int Features = 24;

    [Theory]
    [InlineData(Activations.ReLU, 7, 5, 7, 1, 4)]
    [InlineData(Activations.GELU, 9, 9, 0, 3)]
    [InlineData(Activations.ReLU, 5, 2)]
    [InlineData(Activations.GELU, 6, 6, 6)]
    public void Encoder_AgreesAtTokens(Activations activation, int length, params int[] lengths)
    {
        using TransformerEncoder encoder = TransformerEncoder(TransformerEncoderLayer(Features, 3, 40, 0.1, activation), 2);
        using RaggedTransformerEncoder ragged = encoder.RemovePadding();
        encoder.eval();
        Check(ragged, (x, mask) => encoder.call(x, null!, mask), Mask(length, lengths));
    }

    [Theory]
    [InlineData(Activations.ReLU)]
    [InlineData(Activations.GELU)]
    public void Layer_AgreesAtTokens(Activations activation)
    {
        using TransformerEncoderLayer layer = TransformerEncoderLayer(Features, 4, 40, 0.1, activation);
        using RaggedTransformerEncoder ragged = layer.RemovePadding();
        layer.eval();
        Check(ragged, (x, mask) => layer.call(x, null!, mask), Mask(8, 3, 8, 6));
        Tensor gaps = tensor(new[] { true, false, true, false, false, false, false, true }).reshape(2, 4);
        Check(ragged, (x, mask) => layer.call(x, null!, mask), gaps);
    }

    /// <summary>The other way: the captured module on Hone's runtime.</summary>
    [Fact]
    public void CapturedEncoder_RunsOnTokens()
    {
        using TransformerEncoder encoder = TransformerEncoder(TransformerEncoderLayer(Features, 3, 40), 2);
        encoder.eval();
        Calling<TransformerEncoder> module = new(encoder, (m, x) => [m.call(x[0], null!, x[1])]);
        Tensor mask = Mask(7, 5, 7, 2), x = randn(7, 3, Features);
        Model model = module.Capture([new[] { x, mask }], AttentionTests.Options(new DynamicDim("N", (0, 1), (1, 0)), new DynamicDim("length", (0, 0), (1, 1))));
        using CompiledModule compiled = new(model, new CompileOptions { RemovesPadding = true });
        Tensor expected = where(mask.logical_not().transpose(0, 1).unsqueeze(2), encoder.call(x, null!, mask), zeros(1));
        Assert.True(compiled.Execute([x, mask])[0].allclose(expected, 1e-4, 1e-5));
        Assert.Contains("padding removed", compiled.Compiled.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutMask_IsTheModule()
    {
        using TransformerEncoder encoder = TransformerEncoder(TransformerEncoderLayer(Features, 2, 32), 2);
        using RaggedTransformerEncoder ragged = encoder.RemovePadding();
        encoder.eval();
        Tensor x = randn(6, 3, Features);
        Tensor y = ragged.call(x, null);
        Assert.True(y.allclose(encoder.call(x), 1e-5, 1e-5));
        Assert.False(y.requires_grad);
        Assert.Empty(ragged.parameters());
    }

    [Fact]
    public void EverythingPadding_IsZero()
    {
        using TransformerEncoderLayer layer = TransformerEncoderLayer(Features, 2, 32);
        using RaggedTransformerEncoder ragged = layer.RemovePadding();
        Assert.Equal(0, ragged.call(randn(4, 2, Features), ones([2, 4], ScalarType.Bool)).abs().max().ToSingle());
    }

    [Fact]
    public void OtherShapes_AreRefused()
    {
        using TransformerEncoderLayer layer = TransformerEncoderLayer(Features, 2, 32);
        using RaggedTransformerEncoder ragged = layer.RemovePadding();
        Assert.Throws<ArgumentException>(() => ragged.call(randn(4, Features), null));
        Assert.Throws<ArgumentException>(() => ragged.call(randn(4, 2, Features), ones([4, 2], ScalarType.Bool)));
        Assert.Throws<ArgumentException>(() => ragged.call(randn(4, 2, Features), ones(2, 4)));
    }

    [Fact]
    public void Call_LeavesNoTensorsBehind()
    {
        using TransformerEncoder encoder = TransformerEncoder(TransformerEncoderLayer(Features, 3, 40), 2);
        using RaggedTransformerEncoder ragged = encoder.RemovePadding();
        using DisposeScope scope = NewDisposeScope();
        Tensor x = randn(7, 3, Features), mask = Mask(7, 5, 7, 2);
        long before = scope.DisposablesCount;
        for (int i = 0; i < 3; i++)
            ragged.call(x, mask).Dispose();
        Assert.Equal(before, scope.DisposablesCount);
    }

    private static Tensor Mask(int length, params int[] lengths) => arange(length).unsqueeze(0).ge(tensor(Array.ConvertAll(lengths, l => (long)l)).unsqueeze(1));

    private static void Check(RaggedTransformerEncoder ragged, Func<Tensor, Tensor, Tensor> module, Tensor mask)
    {
        Tensor x = randn(mask.shape[1], mask.shape[0], Features);
        Tensor isToken = mask.logical_not().transpose(0, 1).unsqueeze(2);
        Tensor expected = where(isToken, module(x, mask), zeros(1));
        Assert.True(ragged.call(x, mask).allclose(expected, 1e-5, 1e-5));
    }
}
