using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

/// <summary>Masks of one attention.</summary>
/// <param name="Attention"><c>[target, source]</c>, numbers to add.</param>
/// <param name="KeyPadding"><c>[batch, source]</c>; true is left out.</param>
internal readonly record struct AttentionMasks(TraceValue? Attention, TraceValue? KeyPadding);
