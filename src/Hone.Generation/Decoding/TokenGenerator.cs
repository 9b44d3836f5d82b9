using Hone.Generation.Sampling;

namespace Hone.Generation.Decoding;

/// <summary>The loop that writes a text token by token.</summary>
public static class TokenGenerator
{
    /// <summary>Reads a prompt and goes on from it.</summary>
    /// <param name="session">Reads the prompt behind what it has read so far.</param>
    /// <param name="prompt">At least one token.</param>
    /// <param name="sampling">How tokens are chosen.</param>
    /// <param name="isEnd">Whether a token ends the text; such a token is not given.</param>
    /// <param name="cancellationToken">Stops between two tokens, or within one between two steps.</param>
    /// <returns>Tokens as they are made, without end unless one of them ends the text. The last token given is not yet read by the session.</returns>
    /// <exception cref="ArgumentException">The prompt is empty, or a token is not in the vocabulary.</exception>
    /// <exception cref="HoneException">An option is out of its range.</exception>
    public static IEnumerable<int> Generate(
        DecoderSession session, IReadOnlyList<int> prompt, SamplingOptions sampling, Func<int, bool> isEnd, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(isEnd);
        if (prompt.Count == 0)
            throw new ArgumentException("A prompt has at least one token.", nameof(prompt));
        return Loop(session, [.. prompt], new TokenSampler(sampling), isEnd, cancellationToken);
    }

    private static IEnumerable<int> Loop(DecoderSession session, int[] pending, TokenSampler sampler, Func<int, bool> isEnd, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> scores = session.Append(pending, cancellationToken).AsSpan<float>();
            int token = sampler.Sample(scores[^(scores.Length / pending.Length)..]);
            if (isEnd(token))
                yield break;
            yield return token;
            pending = [token];
        }
    }
}
