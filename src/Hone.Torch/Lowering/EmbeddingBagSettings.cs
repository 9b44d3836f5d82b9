using TorchSharp;

namespace Hone.Torch.Lowering;

/// <summary>What the weight of an EmbeddingBag does not tell.</summary>
/// <param name="Mode">How the rows of a bag are joined.</param>
/// <param name="IncludesLastOffset">Whether the last offset is the end of the last bag.</param>
/// <param name="PaddingIndex">The row that is left out, or -1.</param>
internal readonly record struct EmbeddingBagSettings(EmbeddingBagMode Mode, bool IncludesLastOffset, long PaddingIndex);
