using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Samples.Zoo.Text;

/// <summary>A temporal convolutional network (Bai et al., 2018): dilated causal convolutions with shortcuts, for each step what was seen so far.</summary>
public sealed class TemporalConvNet : Module<Tensor, Tensor>
{
    private readonly Sequential network;
    private readonly Conv1d head;

    /// <summary>Creates the network with random weights.</summary>
    /// <param name="inChannels">Features of a step.</param>
    /// <param name="outChannels">Features of the output.</param>
    /// <param name="channels">Channels of each level; the dilation doubles from level to level. Null for four levels of 64.</param>
    /// <param name="kernelSize">Taps of a convolution.</param>
    public TemporalConvNet(int inChannels = 8, int outChannels = 8, IReadOnlyList<int>? channels = null, int kernelSize = 3)
        : base(nameof(TemporalConvNet))
    {
        channels ??= [64, 64, 64, 64];
        network = Sequential(channels.Select((count, level) => new TemporalBlock(level == 0 ? inChannels : channels[level - 1], count, kernelSize, dilation: 1 << level)));
        head = Conv1d(channels[^1], outChannels, 1);
        RegisterComponents();
    }

    /// <summary>Computes an output for each step.</summary>
    /// <param name="input"><c>[N, channels, length]</c>.</param>
    /// <returns><c>[N, output channels, length]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return head.call(network.call(input)).MoveToOuterDisposeScope();
    }

    private sealed class TemporalBlock : Module<Tensor, Tensor>
    {
        private readonly Conv1d conv1;
        private readonly Conv1d conv2;
        private readonly Dropout dropout = Dropout(0.2);
        private readonly Conv1d? downsample;
        private readonly long _padding;

        public TemporalBlock(int inChannels, int outChannels, int kernelSize, int dilation)
            : base(nameof(TemporalBlock))
        {
            _padding = (kernelSize - 1) * dilation;
            conv1 = Conv1d(inChannels, outChannels, kernelSize, padding: _padding, dilation: dilation);
            conv2 = Conv1d(outChannels, outChannels, kernelSize, padding: _padding, dilation: dilation);
            downsample = inChannels == outChannels ? null : Conv1d(inChannels, outChannels, 1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = dropout.call(functional.relu(WithoutFuture(conv1.call(input))));
            x = dropout.call(functional.relu(WithoutFuture(conv2.call(x))));
            return functional.relu(x + (downsample?.call(input) ?? input));
        }

        /// <summary>Padding is on both sides; what it adds at the end looks ahead.</summary>
        private Tensor WithoutFuture(Tensor x) => x[.., .., ..^(int)_padding];
    }
}
