namespace Hone.Generation.Sampling;

/// <summary>Draws tokens from scores. Not for several threads at once.</summary>
/// <remarks>Nucleus sampling: Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020, section 3.1.</remarks>
public sealed class TokenSampler
{
    private readonly SamplingOptions _options;
    private readonly Random _random;
    private (float Probability, int Token)[] _ranked = [];

    /// <summary>Starts a sequence of draws.</summary>
    /// <exception cref="HoneException">An option is out of its range.</exception>
    public TokenSampler(SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _random = options.Seed is { } seed ? new Random(seed) : new Random();
    }

    /// <summary>Chooses a token.</summary>
    /// <param name="scores">One for each token, before softmax.</param>
    public int Sample(ReadOnlySpan<float> scores)
    {
        if (_options.Temperature == 0 || _options.TopK == 1)
            return MostLikely(scores);
        Rank(scores);
        int count = Math.Min(_options.TopK ?? scores.Length, scores.Length);
        double total = 0;
        for (int i = 0; i < count; i++)
        {
            total += _ranked[i].Probability;
            if (total >= _options.TopP)
                count = i + 1;
        }

        double drawn = _random.NextDouble() * total;
        for (int i = 0; i < count; i++)
        {
            drawn -= _ranked[i].Probability;
            if (drawn < 0)
                return _ranked[i].Token;
        }

        return _ranked[count - 1].Token;
    }

    private static int MostLikely(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
            best = scores[i] > scores[best] ? i : best;
        return best;
    }

    private void Rank(ReadOnlySpan<float> scores)
    {
        if (_ranked.Length != scores.Length)
            _ranked = new (float, int)[scores.Length];
        float largest = scores[MostLikely(scores)];
        double sum = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            float weight = MathF.Exp((scores[i] - largest) / _options.Temperature);
            _ranked[i] = (weight, i);
            sum += weight;
        }

        for (int i = 0; i < scores.Length; i++)
            _ranked[i].Probability = (float)(_ranked[i].Probability / sum);
        _ranked.AsSpan().Sort((a, b) => a.Probability != b.Probability ? b.Probability.CompareTo(a.Probability) : a.Token.CompareTo(b.Token));
    }
}
