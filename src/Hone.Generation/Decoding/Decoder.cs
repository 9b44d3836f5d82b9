using Hone.Runtime;

namespace Hone.Generation.Decoding;

/// <summary>A decoder language model with a key/value cache, compiled for this machine. Thread-safe; each text has a <see cref="DecoderSession"/>.</summary>
/// <remarks>
/// Inputs, as exporters name them: <c>input_ids</c> <c>[B, T]</c>, perhaps <c>position_ids</c> <c>[B, T]</c> and <c>attention_mask</c> <c>[B, past + T]</c> (all int64),
/// <c>past*</c> float32 <c>[B, heads, past, width]</c>; outputs <c>logits</c> float32 <c>[B, T, vocabulary]</c> and one <c>present*</c> for each <c>past*</c>, in
/// the same order. With a mask the cache is padded and few plans are made; without, every length needs its own.
/// </remarks>
public sealed class Decoder : IDisposable
{
    /// <summary>Compiles a decoder.</summary>
    /// <param name="model">Is not changed; its tensors are shared.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ModelFormatException">The inputs and outputs are not those of a decoder.</exception>
    public Decoder(Model model, CompileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Ports = DecoderPorts.Of(model.Graph);
        Compiled = model.Compile(options);
    }

    /// <value>Number of tokens.</value>
    public int Vocabulary => Ports.Vocabulary;

    /// <value>The compiled model, for a look at its plan.</value>
    public CompiledModel Compiled { get; }

    internal DecoderPorts Ports { get; }

    /// <summary>Starts a text.</summary>
    public DecoderSession CreateSession() => new(this);

    /// <inheritdoc/>
    public void Dispose() => Compiled.Dispose();
}
