using System.Runtime.CompilerServices;
using Hone.Generation.Sampling;
using Hone.Generation.Text;
using Microsoft.Extensions.AI;

namespace Hone.Generation.Extensions;

/// <summary>A <see cref="TextGenerator"/> as a chat client of Microsoft.Extensions.AI. Thread-safe as far as the tokenizer is.</summary>
/// <remarks>
/// Of the options, <c>Temperature</c> (default 1), <c>TopP</c> (default 0.9), <c>TopK</c>, <c>Seed</c>, <c>MaxOutputTokens</c> (default 256) and
/// <c>StopSequences</c> are followed. Disposing the client disposes nothing: the decoder stays the caller's.
/// </remarks>
public sealed class TextChatClient : IChatClient
{
    private const int DefaultTokens = 256;

    private readonly TextGenerator _generator;
    private readonly Func<IEnumerable<ChatMessage>, string> _toPrompt;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Wraps a generator.</summary>
    /// <param name="generator">Writes the answers.</param>
    /// <param name="toPrompt">The model's chat template: messages to prompt. Null joins their texts with line breaks, for models that only go on with a text.</param>
    /// <param name="modelName">For the metadata and the answers.</param>
    public TextChatClient(TextGenerator generator, Func<IEnumerable<ChatMessage>, string>? toPrompt = null, string? modelName = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        _generator = generator;
        _toPrompt = toPrompt ?? (messages => string.Join('\n', messages.Select(m => m.Text)));
        _metadata = new ChatClientMetadata("Hone", null, modelName);
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        int most = options?.MaxOutputTokens ?? DefaultTokens;
        string id = Guid.NewGuid().ToString("N");
        StopText stop = new(options?.StopSequences ?? []);
        int tokens = 0;
        using IEnumerator<GeneratedPiece> pieces = _generator.Generate(_toPrompt(messages), most, ToSampling(options), cancellationToken).GetEnumerator();

        // The model computes on another thread, so that a caller with a user interface stays alive.
        while (!stop.IsReached && await Task.Run(pieces.MoveNext, cancellationToken).ConfigureAwait(false))
        {
            tokens += pieces.Current.Token is null ? 0 : 1;
            if (stop.Add(pieces.Current.Text) is { Length: > 0 } text)
                yield return Update(text);
        }

        if (stop.Rest() is { Length: > 0 } rest)
            yield return Update(rest);
        ChatResponseUpdate last = Update("");
        last.FinishReason = !stop.IsReached && tokens >= most ? ChatFinishReason.Length : ChatFinishReason.Stop;
        yield return last;

        ChatResponseUpdate Update(string text) => new(ChatRole.Assistant, text) { ResponseId = id, MessageId = id, ModelId = _metadata.DefaultModelId };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        return serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(_generator) ? _generator
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private static SamplingOptions ToSampling(ChatOptions? options)
    {
        SamplingOptions defaults = new();
        return new SamplingOptions
        {
            Temperature = options?.Temperature ?? defaults.Temperature,
            TopP = options?.TopP ?? defaults.TopP,
            TopK = options?.TopK,
            Seed = options?.Seed is { } seed ? unchecked((int)seed) : null,
        };
    }
}
