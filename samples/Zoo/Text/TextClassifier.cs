using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Text;

/// <summary>Classifies texts by the mean of their words' embeddings. Texts of any length lie behind one another in one tensor.</summary>
public sealed class TextClassifier : Module<Tensor, Tensor, Tensor>
{
    private readonly EmbeddingBag embedding;
    private readonly Linear fc;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="vocabulary">Number of tokens.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="features">Features of an embedding.</param>
    public TextClassifier(int vocabulary = 50_000, int classes = 4, int features = 64)
        : base(nameof(TextClassifier))
    {
        embedding = EmbeddingBag(vocabulary, features, mode: EmbeddingBagMode.Mean);
        fc = Linear(features, classes);
        RegisterComponents();
    }

    /// <summary>Computes the logits of each text.</summary>
    /// <param name="tokens">int64 <c>[total length]</c>, all texts.</param>
    /// <param name="offsets">int64 <c>[N]</c>, where each text begins.</param>
    /// <returns><c>[N, classes]</c>.</returns>
    public override Tensor forward(Tensor tokens, Tensor offsets)
    {
        using var scope = NewDisposeScope();
        return fc.call(embedding.call(tokens, offsets)).MoveToOuterDisposeScope();
    }
}
