namespace Hone.Torch.Capture;

/// <summary>A product of a number and dynamic dimensions, which are given by their place in the list of dynamic dimensions.</summary>
internal sealed record SizeTerm(long Factor, IReadOnlyList<int> Dimensions);
