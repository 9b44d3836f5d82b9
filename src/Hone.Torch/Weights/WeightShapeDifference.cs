using Hone.Tensors;

namespace Hone.Torch;

/// <summary>A tensor whose shape in the file is not that in the module.</summary>
/// <param name="Name">Name in the module.</param>
/// <param name="Expected">Shape in the module.</param>
/// <param name="Actual">Shape in the file.</param>
public sealed record WeightShapeDifference(string Name, TensorShape Expected, TensorShape Actual)
{
    /// <summary>For example <c>fc.weight: [10, 512] expected, [1000, 512] in the file</c>.</summary>
    public override string ToString() => $"{Name}: {Expected} expected, {Actual} in the file";
}
