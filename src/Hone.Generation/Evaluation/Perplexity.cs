using Hone.Generation.Decoding;

namespace Hone.Generation.Evaluation;

/// <summary>How well a language model foretells a text.</summary>
/// <param name="NatsPerToken">Mean of the negative natural logarithm of the probability that each token was given.</param>
/// <param name="Tokens">Tokens that were foretold.</param>
public sealed record Perplexity(double NatsPerToken, int Tokens)
{
    /// <value>exp of <see cref="NatsPerToken"/>.</value>
    public double Value => Math.Exp(NatsPerToken);

    /// <summary>Measures a model on sequences of tokens, each read on its own.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="sequences">The first token of each is only read, the others are foretold. Sequences of one length need one plan.</param>
    /// <param name="progress">Told the number of tokens foretold so far.</param>
    /// <param name="cancellationToken">Stops between two sequences.</param>
    /// <exception cref="HoneException">There is no token to foretell.</exception>
    public static Perplexity Measure(
        Decoder decoder, IEnumerable<IReadOnlyList<int>> sequences, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(sequences);
        double sum = 0;
        int count = 0;
        using DecoderSession session = decoder.CreateSession();
        foreach (IReadOnlyList<int> sequence in sequences.Where(s => s.Count > 1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            session.Clear();
            ReadOnlySpan<float> scores = session.Append([.. sequence.SkipLast(1)], cancellationToken).AsSpan<float>();
            for (int i = 1; i < sequence.Count; i++)
                sum += Surprise(scores.Slice((i - 1) * decoder.Vocabulary, decoder.Vocabulary), sequence[i]);
            count += sequence.Count - 1;
            progress?.Report(count);
        }

        return count > 0 ? new Perplexity(sum / count, count) : throw new HoneException("There is no token to foretell: a sequence has at least two.");
    }

    private static double Surprise(ReadOnlySpan<float> scores, int token)
    {
        double largest = double.NegativeInfinity, total = 0;
        foreach (float score in scores)
            largest = Math.Max(largest, score);
        foreach (float score in scores)
            total += Math.Exp(score - largest);
        return Math.Log(total) + largest - scores[token];
    }
}
