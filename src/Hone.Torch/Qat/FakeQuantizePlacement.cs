namespace Hone.Torch.Qat;

/// <summary>One fake quantization of a training graph.</summary>
/// <param name="Key">Its name in the module.</param>
/// <param name="Options">How it rounds.</param>
/// <param name="ChannelCount">Length of its channel axis, 1 without one.</param>
internal sealed record FakeQuantizePlacement(string Key, FakeQuantizeOptions Options, long ChannelCount);
