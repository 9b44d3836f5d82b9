using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Passes;

/// <summary>
/// The constant right factor of a MatMul or Gemm whose result only one node reads: scales and shifts of the result's last axis can move into it.
/// </summary>
internal sealed class MatrixWeights
{
    private readonly Node _node;
    private readonly double[] _weight;
    private readonly double[]? _bias;
    private readonly bool _isTransposed;

    private MatrixWeights(Node node, double[] weight, double[]? bias)
    {
        _node = node;
        _weight = weight;
        _bias = bias;
        _isTransposed = node.Is("Gemm") && node.Attributes.GetBool("transB");
    }

    /// <value>Size of the result's last axis.</value>
    internal int Columns => (int)Weight.Shape[_isTransposed ? 0 : 1];

    /// <value>Whether a shift can be taken in: Gemm has a bias, MatMul has none.</value>
    internal bool TakesShift => _node.Is("Gemm");

    private Tensor Weight => _node.Input(1)!.Constant!;

    /// <summary>The weights of the node that produces a value; null when they are not constant, or the value has other readers.</summary>
    internal static MatrixWeights? Behind(Graph graph, Value? value)
    {
        if (value?.Producer is not { } node || !(node.Is("MatMul") || node.Is("Gemm")) || graph.UseCount(value) != 1 || graph.FindValue(value.Name) != value)
            return null;
        if (FloatConstants.Read(node.Input(1)) is not { } weight || node.Input(1)!.Constant!.Shape.Rank != 2)
            return null;
        MatrixWeights weights = new(node, weight, null);
        if (node.Attributes.GetFloat("beta", 1) != 1)
            return null;
        if (node.Input(2) is not { } bias)
            return weights;
        // A bias that varies along the rows as well stays outside.
        return FloatConstants.ReadPerChannel(bias, 2, 1, weights.Columns) is { } perColumn
            ? new MatrixWeights(node, weight, perColumn)
            : null;
    }

    /// <summary>Puts a node into the patch that computes <c>scale · product + shift</c> per column.</summary>
    internal Value Rescaled(GraphPatch patch, double[]? scale, double[]? shift)
    {
        Value? bias = _node.Input(2);
        if (shift is not null || (scale is not null && _bias is not null))
        {
            double[] shifted = new double[Columns];
            for (int c = 0; c < shifted.Length; c++)
                shifted[c] = ((_bias?[c] ?? 0) * (scale?[c] ?? 1)) + (shift?[c] ?? 0);
            bias = patch.Constant(bias?.Name ?? $"{_node.Name}_bias", FloatConstants.Write(Weight.DataType, new TensorShape(Columns), shifted));
        }

        Value weight = scale is null ? _node.Input(1)! : patch.Constant(_node.Input(1)!.Name, ScaledWeight(scale));
        return patch.Node(_node.Operator.Name, bias is null ? [_node.Input(0), weight] : [_node.Input(0), weight, bias], _node.Attributes, _node.Name);
    }

    private Tensor ScaledWeight(double[] scale)
    {
        double[] scaled = (double[])_weight.Clone();
        long columns = Weight.Shape[1];
        for (long i = 0; i < scaled.LongLength; i++)
            scaled[i] *= scale[_isTransposed ? i / columns : i % columns];
        return FloatConstants.Write(Weight.DataType, Weight.Shape, scaled);
    }
}
