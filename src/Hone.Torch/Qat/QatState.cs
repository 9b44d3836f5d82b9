namespace Hone.Torch.Qat;

/// <summary>What the executors of a <see cref="QatModule"/> share with it.</summary>
internal sealed class QatState(Dictionary<string, FakeQuantize> fakeQuantizes)
{
    internal Dictionary<string, FakeQuantize> FakeQuantizes { get; } = fakeQuantizes;

    internal bool IsBatchNormFrozen { get; set; }
}
