using Hone.Runtime;
using Hone.Tensors;

namespace Hone.Generation.Decoding;

/// <summary>One text that a decoder reads or writes: its tokens' keys and values. Not for several threads at once.</summary>
public sealed class DecoderSession : IDisposable
{
    private readonly Decoder _decoder;
    private readonly KeyValueCache _cache;
    private readonly Dictionary<string, Tensor> _inputs = new(StringComparer.Ordinal);
    private readonly int _logitsIndex;
    private readonly int[] _presentIndices;
    private Session? _session;
    private int _boundTokens;

    internal DecoderSession(Decoder decoder)
    {
        _decoder = decoder;
        _cache = new KeyValueCache(decoder.Ports);
        string[] outputs = [.. decoder.Compiled.Outputs.Select(o => o.Name)];
        _logitsIndex = Array.IndexOf(outputs, decoder.Ports.Logits.Name);
        _presentIndices = [.. decoder.Ports.Cache.Select(c => Array.IndexOf(outputs, c.Present.Name))];
    }

    /// <value>Tokens read so far.</value>
    public int Length => _cache.Length;

    /// <summary>Reads tokens behind those so far.</summary>
    /// <param name="tokens">At least one.</param>
    /// <param name="cancellationToken">Stops between two steps; the session is then as before.</param>
    /// <returns>Scores of what may follow each token, float32 <c>[1, tokens, vocabulary]</c>; valid until the next call.</returns>
    /// <exception cref="ArgumentException">There is no token, or one is not in the vocabulary.</exception>
    public Tensor Append(ReadOnlySpan<int> tokens, CancellationToken cancellationToken = default)
    {
        if (tokens.IsEmpty)
            throw new ArgumentException("There is no token to read.", nameof(tokens));
        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)_decoder.Vocabulary)
                throw new ArgumentException($"Token {token} is not in the vocabulary of {_decoder.Vocabulary}.", nameof(tokens));
        }

        if (_session is null || _boundTokens != tokens.Length)
            Bind(tokens.Length);
        Write(tokens);
        _session!.Run(cancellationToken);
        Tensor logits = _session.Outputs[_logitsIndex];
        Session used = _session;
        if (_cache.Append([.. _presentIndices.Select(i => used.Outputs[i])], tokens.Length))
        {
            // The scores belong to the session that ends here.
            logits = logits.Clone();
            Unbind();
        }

        return logits;
    }

    /// <summary>Forgets all tokens.</summary>
    public void Clear()
    {
        Unbind();
        _cache.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Unbind();
        _cache.Dispose();
    }

    private void Bind(int tokens)
    {
        Unbind();
        DecoderPorts ports = _decoder.Ports;
        TensorShape shape = new(1, tokens);
        _inputs[ports.Ids.Name] = new Tensor(DataType.Int64, shape);
        if (ports.Positions is { } positions)
            _inputs[positions.Name] = new Tensor(DataType.Int64, shape);
        if (ports.Mask is { } mask)
            _inputs[mask.Name] = new Tensor(DataType.Int64, new TensorShape(1, _cache.Capacity + tokens));
        for (int i = 0; i < ports.Cache.Count; i++)
            _inputs[ports.Cache[i].Past.Name] = _cache.Tensors[i];
        _session = _decoder.Compiled.CreateSession(_inputs);
        _boundTokens = tokens;
    }

    private void Unbind()
    {
        _session?.Dispose();
        _session = null;
        DecoderPorts ports = _decoder.Ports;
        foreach (string? name in new[] { ports.Ids.Name, ports.Positions?.Name, ports.Mask?.Name })
        {
            if (name is not null && _inputs.Remove(name, out Tensor? tensor))
                tensor.Dispose();
        }
    }

    private void Write(ReadOnlySpan<int> tokens)
    {
        DecoderPorts ports = _decoder.Ports;
        Span<long> ids = _inputs[ports.Ids.Name].AsSpan<long>();
        for (int i = 0; i < tokens.Length; i++)
            ids[i] = tokens[i];
        if (ports.Positions is { } port)
        {
            Span<long> positions = _inputs[port.Name].AsSpan<long>();
            for (int i = 0; i < tokens.Length; i++)
                positions[i] = _cache.Length + i;
        }

        if (ports.Mask is { } mask)
        {
            Span<long> visible = _inputs[mask.Name].AsSpan<long>();
            visible.Clear();
            visible[^(_cache.Length + tokens.Length)..].Fill(1);
        }
    }
}
