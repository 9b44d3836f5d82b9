using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Text;

/// <summary>Translation with a GRU encoder, a GRU decoder, and global attention between them (Luong et al., 2015).</summary>
public sealed class GruSeq2Seq : Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding source_embedding;
    private readonly Embedding target_embedding;
    private readonly GRU encoder;
    private readonly GRU decoder;
    private readonly Linear score;
    private readonly Linear combine;
    private readonly Linear head;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="sourceVocabulary">Number of tokens of the source language.</param>
    /// <param name="targetVocabulary">Number of tokens of the target language.</param>
    /// <param name="features">Features of an embedding.</param>
    /// <param name="hidden">Features of a state.</param>
    public GruSeq2Seq(int sourceVocabulary = 10_000, int targetVocabulary = 10_000, int features = 256, int hidden = 256)
        : base(nameof(GruSeq2Seq))
    {
        source_embedding = Embedding(sourceVocabulary, features);
        target_embedding = Embedding(targetVocabulary, features);
        encoder = GRU(features, hidden, batchFirst: true);
        decoder = GRU(features, hidden, batchFirst: true);
        score = Linear(hidden, hidden, hasBias: false);
        combine = Linear(2 * hidden, hidden);
        head = Linear(hidden, targetVocabulary);
        RegisterComponents();
    }

    /// <summary>Computes the logits of each next token, given the target so far.</summary>
    /// <param name="source">int64 <c>[N, source length]</c>.</param>
    /// <param name="target">int64 <c>[N, target length]</c>.</param>
    /// <returns><c>[N, target length, vocabulary]</c>.</returns>
    public override Tensor forward(Tensor source, Tensor target)
    {
        using var scope = NewDisposeScope();
        (Tensor memory, Tensor state) = encoder.call(source_embedding.call(source));
        (Tensor queries, _) = decoder.call(target_embedding.call(target), state);
        Tensor weights = functional.softmax(matmul(score.call(queries), memory.transpose(1, 2)), dim: -1);
        Tensor context = matmul(weights, memory);
        Tensor combined = combine.call(cat([context, queries], dim: -1)).tanh();
        return head.call(combined).MoveToOuterDisposeScope();
    }
}
