using Hone.Quantization;
using static TorchSharp.torch;

namespace Hone.Torch.Qat;

/// <summary>What the executors of a <see cref="QatModule"/> share with it.</summary>
internal sealed class QatState(Dictionary<string, FakeQuantize> fakeQuantizes)
{
    internal Dictionary<string, FakeQuantize> FakeQuantizes { get; } = fakeQuantizes;

    /// <value>The fake quantizations whose scales are trained, by the key of the one that they replace.</value>
    internal Dictionary<string, LearnableFakeQuantize> Learnable { get; } = [];

    /// <value>A buffer, so that a checkpoint holds it.</value>
    internal Tensor BatchNormFrozen { get; } = zeros(1, ScalarType.Int64).DetachFromDisposeScope();

    internal bool IsBatchNormFrozen
    {
        get => BatchNormFrozen.item<long>() != 0;
        set
        {
            using IDisposable noGradients = no_grad();
            BatchNormFrozen.fill_(value ? 1 : 0);
        }
    }

    /// <summary>In evaluation the ranges stay as they are, whatever is observed.</summary>
    internal Tensor Round(string key, Tensor tensor, bool isTraining)
    {
        // Under autocast a convolution gives 16 bits; codes are computed in 32, as PyTorch's autocast does.
        Tensor full = tensor.dtype == ScalarType.Float32 ? tensor : tensor.to(ScalarType.Float32);
        return Learnable.TryGetValue(key, out LearnableFakeQuantize? learnable)
            ? FakeQuantizes[key].IsQuantizing ? learnable.call(full) : full
            : FakeQuantizes[key].Round(full, isTraining);
    }

    internal QuantizationParameters Parameters(string key, string tensorName) =>
        Learnable.TryGetValue(key, out LearnableFakeQuantize? learnable) ? learnable.ToParameters() : FakeQuantizes[key].ToParameters(tensorName);
}
