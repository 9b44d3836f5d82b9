using Hone.Generation.Decoding;
using Hone.Generation.Sampling;
using Microsoft.ML.Tokenizers;

namespace Hone.Generation.Text;

/// <summary>Writes text with a decoder and the tokenizer that belongs to it. Thread-safe as far as the tokenizer is.</summary>
public sealed class TextGenerator
{
    private readonly Func<int, bool> _isEnd;

    /// <summary>Puts the two together.</summary>
    /// <param name="decoder">Stays the caller's.</param>
    /// <param name="tokenizer">Of the same vocabulary.</param>
    /// <param name="isEnd">Which tokens end a text; for a <see cref="SentencePieceTokenizer"/> null takes its beginning and end of a sentence.</param>
    public TextGenerator(Decoder decoder, Tokenizer tokenizer, Func<int, bool>? isEnd = null)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(tokenizer);
        (Decoder, Tokenizer) = (decoder, tokenizer);
        _isEnd = isEnd ?? (tokenizer is SentencePieceTokenizer pieces ? t => t == pieces.EndOfSentenceId || t == pieces.BeginningOfSentenceId : _ => false);
    }

    /// <value>The model.</value>
    public Decoder Decoder { get; }

    /// <value>Between text and tokens.</value>
    public Tokenizer Tokenizer { get; }

    /// <summary>Writes what follows a prompt, piece by piece. A piece is never half a character.</summary>
    /// <param name="prompt">How the text begins; it is not repeated.</param>
    /// <param name="maxTokens">Tokens to write at most.</param>
    /// <param name="sampling">Null for the defaults.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="HoneException">An option is out of its range.</exception>
    public IEnumerable<GeneratedPiece> Generate(
        string prompt, int maxTokens, SamplingOptions? sampling = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        IReadOnlyList<int> tokens = Tokenizer.EncodeToIds(prompt);

        // The library gives nothing for an empty text; the model begins one with the beginning of a sentence.
        if (tokens.Count == 0 && Tokenizer is SentencePieceTokenizer pieces)
            tokens = [pieces.BeginningOfSentenceId];
        return Stream(tokens, maxTokens, sampling ?? new SamplingOptions(), cancellationToken);
    }

    private IEnumerable<GeneratedPiece> Stream(IReadOnlyList<int> prompt, int maxTokens, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        using DecoderSession session = Decoder.CreateSession();
        StreamedText text = new(Tokenizer, prompt);
        foreach (int token in TokenGenerator.Generate(session, prompt, sampling, _isEnd, cancellationToken).Take(maxTokens))
            yield return new GeneratedPiece(token, text.Add(token));
        if (text.Flush() is { Length: > 0 } rest)
            yield return new GeneratedPiece(null, rest);
    }
}
