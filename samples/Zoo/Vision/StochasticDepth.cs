using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Vision;

/// <summary>Drops the residual branch of whole samples while training (Huang et al., 2016).</summary>
public sealed class StochasticDepth : Module<Tensor, Tensor>
{
    private readonly double _probability;

    /// <summary>Creates the layer.</summary>
    /// <param name="probability">That a sample is dropped, below 1.</param>
    public StochasticDepth(double probability)
        : base(nameof(StochasticDepth))
    {
        _probability = probability;
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (!training || _probability == 0)
            return input;
        double survival = 1 - _probability;
        long[] perSample = [input.shape[0], .. Enumerable.Repeat(1L, (int)input.dim() - 1)];
        return input * empty(perSample, input.dtype, input.device).bernoulli_(survival).div_(survival);
    }
}
