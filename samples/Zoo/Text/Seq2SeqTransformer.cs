using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Text;

/// <summary>Translation with the encoder-decoder Transformer (Vaswani et al., 2017).</summary>
public sealed class Seq2SeqTransformer : Module<Tensor, Tensor, Tensor, Tensor>
{
    private readonly Embedding source_embedding;
    private readonly Embedding target_embedding;
    private readonly Transformer transformer;
    private readonly Linear head;
    private readonly Tensor positions;
    private readonly double _scale;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="sourceVocabulary">Number of tokens of the source language.</param>
    /// <param name="targetVocabulary">Number of tokens of the target language.</param>
    /// <param name="features">Features of a token.</param>
    /// <param name="heads">Heads of each attention.</param>
    /// <param name="layers">Layers of the encoder, and of the decoder.</param>
    /// <param name="hidden">Hidden units of each feed-forward network.</param>
    /// <param name="maxLength">Longest sequence.</param>
    public Seq2SeqTransformer(
        int sourceVocabulary = 10_000, int targetVocabulary = 10_000, int features = 512, int heads = 8, int layers = 3, int hidden = 2048, int maxLength = 512)
        : base(nameof(Seq2SeqTransformer))
    {
        source_embedding = Embedding(sourceVocabulary, features);
        target_embedding = Embedding(targetVocabulary, features);
        transformer = Transformer(features, heads, layers, layers, hidden);
        head = Linear(features, targetVocabulary);
        positions = SinusoidalPositions(maxLength, features);
        _scale = Math.Sqrt(features);
        RegisterComponents();
    }

    /// <summary>Computes the logits of each next token, given the target so far.</summary>
    /// <param name="source">int64 <c>[N, source length]</c>.</param>
    /// <param name="target">int64 <c>[N, target length]</c>.</param>
    /// <param name="sourcePadding">bool <c>[N, source length]</c>, true where a token is padding.</param>
    /// <returns><c>[N, target length, vocabulary]</c>.</returns>
    public override Tensor forward(Tensor source, Tensor target, Tensor sourcePadding)
    {
        using var scope = NewDisposeScope();
        long length = target.shape[1];
        // A mask of truth values would be added as numbers.
        Tensor future = full(length, length, float.NegativeInfinity, device: target.device).triu(1);
        // The Transformer takes the sequence first.
        Tensor output = transformer.call(
            Embed(source_embedding, source).transpose(0, 1),
            Embed(target_embedding, target).transpose(0, 1),
            src_mask: null!,
            tgt_mask: future,
            src_key_padding_mask: sourcePadding,
            memory_key_padding_mask: sourcePadding);
        return head.call(output.transpose(0, 1)).MoveToOuterDisposeScope();
    }

    private static Tensor SinusoidalPositions(int length, int features)
    {
        using var scope = NewDisposeScope();
        Tensor frequencies = exp(arange(0, features, 2, float32) * (-Math.Log(10_000) / features));
        Tensor angles = arange(length, float32).unsqueeze(1) * frequencies;
        return stack([angles.sin(), angles.cos()], dim: 2).flatten(1).MoveToOuterDisposeScope();
    }

    private Tensor Embed(Embedding embedding, Tensor tokens) => (embedding.call(tokens) * _scale) + positions[..(int)tokens.shape[1]];
}
