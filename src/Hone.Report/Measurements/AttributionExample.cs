namespace Hone.Report.Measurements;

/// <summary>What one image's classification rests on, in several variants of the model.</summary>
/// <param name="Name">For example the class.</param>
/// <param name="Image">The image itself.</param>
/// <param name="Attributions">One map for each variant, the first of which is compared with the others; positive where a pixel speaks for the class.</param>
public sealed record AttributionExample(string Name, HeatMap Image, IReadOnlyList<HeatMap> Attributions);
