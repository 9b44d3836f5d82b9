namespace Hone.Torch;

/// <summary>What became of the tensors of a file and of a module.</summary>
public sealed record WeightLoadResult
{
    /// <value>Names in the module whose tensors were set.</value>
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <value>Names in the module for which the file has no tensor.</value>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <value>Names in the file that the module does not have.</value>
    public required IReadOnlyList<string> Unexpected { get; init; }

    /// <value>Names in the module whose tensor in the file has another shape.</value>
    public required IReadOnlyList<WeightShapeDifference> OtherShapes { get; init; }

    /// <value>Names in the module whose elements were converted to the module's element type.</value>
    public required IReadOnlyList<WeightConversion> Converted { get; init; }
}
