using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Text;

/// <summary>Tags each token of a sentence: embeddings, a stacked bidirectional LSTM, and a linear layer.</summary>
public sealed class LstmTagger : Module<Tensor, Tensor>
{
    private readonly Embedding embedding;
    private readonly LSTM lstm;
    private readonly Linear head;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="vocabulary">Number of tokens.</param>
    /// <param name="tags">Number of tags.</param>
    /// <param name="features">Features of an embedding.</param>
    /// <param name="hidden">Features of each direction's state.</param>
    /// <param name="layers">Stacked layers.</param>
    public LstmTagger(int vocabulary = 20_000, int tags = 17, int features = 128, int hidden = 128, int layers = 2)
        : base(nameof(LstmTagger))
    {
        embedding = Embedding(vocabulary, features);
        lstm = LSTM(features, hidden, layers, batchFirst: true, bidirectional: true, dropout: 0.2);
        head = Linear(2 * hidden, tags);
        RegisterComponents();
    }

    /// <summary>Computes the logits of each token.</summary>
    /// <param name="tokens">int64 <c>[N, length]</c>.</param>
    /// <returns><c>[N, length, tags]</c>.</returns>
    public override Tensor forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        (Tensor states, _, _) = lstm.call(embedding.call(tokens));
        return head.call(states).MoveToOuterDisposeScope();
    }
}
