namespace Hone.Torch.Capture;

/// <summary>A trace and the sizes of the dynamic dimensions it was taken at.</summary>
internal sealed record TraceAtSize(Trace Trace, IReadOnlyList<long> Sizes);
