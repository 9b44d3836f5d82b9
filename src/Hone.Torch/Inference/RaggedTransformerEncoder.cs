using Hone.Torch.Lowering;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Inference;

/// <summary>
/// A trained <c>TransformerEncoder</c> or <c>TransformerEncoderLayer</c> that computes real tokens only, on libtorch: what PyTorch's fast path does with nested
/// tensors. Outputs are those of the module within rounding, and zero at padding.
/// </summary>
/// <remarks>The module has no parameters, always computes in inference mode and gives tensors without gradients. Safe for concurrent calls.</remarks>
public sealed class RaggedTransformerEncoder : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly Dictionary<string, Tensor> _state = [];
    private readonly TransformerReference _network;
    private readonly int? _layers;

    /// <summary>Copies the parameters of a stack of layers.</summary>
    /// <param name="encoder">Is not changed; later training does not reach the copy.</param>
    /// <exception cref="UnsupportedOperatorException">Its computation is none that is known.</exception>
    public RaggedTransformerEncoder(TransformerEncoder encoder)
        : this((nn.Module)encoder) => _layers = TransformerProbe.Count(_state, "layers.");

    /// <summary>Copies the parameters of a layer.</summary>
    /// <inheritdoc cref="RaggedTransformerEncoder(TransformerEncoder)"/>
    /// <param name="layer">Is not changed; later training does not reach the copy.</param>
    public RaggedTransformerEncoder(TransformerEncoderLayer layer)
        : this((nn.Module)layer)
    {
    }

    private RaggedTransformerEncoder(nn.Module module)
        : base(nameof(RaggedTransformerEncoder))
    {
        ArgumentNullException.ThrowIfNull(module);
        TransformerSettings settings = TransformerProbe.Find(module);
        using IDisposable mode = inference_mode();
        foreach ((string name, Parameter parameter) in module.named_parameters())
            _state.Add(name, parameter.detach().clone().DetachFromDisposeScope());
        _network = new TransformerReference(_state, settings);
        eval();
    }

    /// <summary>Encodes sequences.</summary>
    /// <param name="src">Sequences <c>[length, batch, features]</c>.</param>
    /// <param name="src_key_padding_mask">Bool <c>[batch, length]</c>, true at padding, which may stand anywhere; null where there is none.</param>
    /// <returns>As <paramref name="src"/>, with zeros at padding.</returns>
    /// <exception cref="ArgumentException">A shape or type is another.</exception>
    public override Tensor forward(Tensor src, Tensor? src_key_padding_mask)
    {
        ArgumentNullException.ThrowIfNull(src);
        if (src.dim() != 3)
            throw new ArgumentException($"The sequences are [length, batch, features], got [{string.Join(", ", src.shape)}].", nameof(src));
        (long length, long batch, long features) = (src.shape[0], src.shape[1], src.shape[2]);
        if (src_key_padding_mask is { } mask && (mask.dtype != ScalarType.Bool || !mask.shape.AsSpan().SequenceEqual([batch, length])))
            throw new ArgumentException($"The mask is bool [{batch}, {length}], got {mask.dtype} [{string.Join(", ", mask.shape)}].", nameof(src_key_padding_mask));
        using IDisposable mode = inference_mode();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Tensor isToken = src_key_padding_mask is null ? ones([batch, length], ScalarType.Bool, src.device) : src_key_padding_mask.logical_not();
        long[] lengths = isToken.sum(1).cpu().data<long>().ToArray();

        // Sequence after sequence; the place of a token in [length, batch].
        Tensor numbers = isToken.reshape(-1).nonzero().squeeze(1);
        Tensor places = numbers.remainder(length).mul(batch).add(numbers.div(length, RoundingMode.floor));
        Tensor output = zeros([length * batch, features], src.dtype, src.device);
        if (places.shape[0] > 0)
            output.index_copy_(0, places, Encode(src.reshape(length * batch, features).index_select(0, places), lengths));
        return output.view(length, batch, features).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (Tensor tensor in _state.Values)
                tensor.Dispose();
        }

        base.Dispose(disposing);
    }

    private Tensor Encode(Tensor tokens, long[] lengths)
    {
        Tensor Attend(Tensor x, string prefix) => _network.RaggedAttention(x, lengths, prefix);
        return _layers is { } layers ? _network.Encoder(tokens, "", layers, Attend) : _network.EncoderLayer(tokens, "", Attend);
    }
}
