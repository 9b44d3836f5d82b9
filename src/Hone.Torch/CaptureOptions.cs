using Hone.Operators;
using Hone.Torch.Lowering;

namespace Hone.Torch;

/// <summary>How a module is captured.</summary>
public sealed record CaptureOptions
{
    /// <value>Names of the graph's inputs, in order; missing ones take the parameter names of <c>forward</c>.</value>
    public IReadOnlyList<string> InputNames { get; init; } = [];

    /// <value>Names of the graph's outputs, in order; missing ones take the keys of a returned dictionary, else <c>output</c>, <c>output_1</c>, …</value>
    public IReadOnlyList<string> OutputNames { get; init; } = [];

    /// <value>Whether axis 0 of every input whose size is that of the first input is dynamic. Default true; the module runs once more for it.</value>
    public bool DynamicBatch { get; init; } = true;

    /// <value>Name of the batch dimension. Default <c>N</c>.</value>
    public string BatchName { get; init; } = "N";

    /// <value>Further dynamic dimensions. With at least one the result is verified by a run in which all of them move.</value>
    public IReadOnlyList<DynamicDim> DynamicDims { get; init; } = [];

    /// <value>The known lowerings; extend <see cref="LoweringTable.Standard"/> to add your own.</value>
    public LoweringTable Lowerings { get; init; } = LoweringTable.Standard;

    /// <value>The operators that lowerings may write; add your own with <see cref="OperatorTable.With"/>, and give them to readers of the file too.</value>
    public OperatorTable Operators { get; init; } = OperatorTable.Standard;

    /// <value>Name of the graph; null takes the name of the module.</value>
    public string? GraphName { get; init; }
}
