using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Quantization;

/// <summary>Which scale and zero point belong to which element: one for all, one per entry of an axis, or one per block along an axis.</summary>
/// <remarks>ONNX operators <c>QuantizeLinear</c> and <c>DequantizeLinear</c>, opset 21.</remarks>
internal readonly record struct QuantizationLayout
{
    private readonly int _axisSize;
    private readonly int _inner;
    private readonly int _block;
    private readonly int _blocks;
    private readonly Kind _kind;

    /// <summary>Applies the rules to concrete shapes.</summary>
    public QuantizationLayout(Node node, TensorShape input, TensorShape scale)
    {
        Check(node, new SymbolicShape(input), new SymbolicShape(scale), null);
        _kind = KindOf(node, input.Rank, new SymbolicShape(scale));
        if (_kind == Kind.PerTensor)
            return;
        int axis = Axis(node, input.Rank);
        _axisSize = checked((int)input[axis]);
        _inner = checked((int)input.ElementCountOf(axis + 1, input.Rank));
        _block = (int)Math.Clamp(BlockSize(node), 1, int.MaxValue);
        _blocks = checked((int)scale[scale.Rank == 1 ? 0 : axis]);
    }

    private enum Kind
    {
        PerTensor,
        PerAxis,
        Blocked,
    }

    /// <summary>The place of an element's scale and zero point in their tensors.</summary>
    public int ParameterOf(int element)
    {
        if (_kind == Kind.PerTensor)
            return 0;
        (int outer, int inner) = Math.DivRem(element, _inner);
        int entry = outer % _axisSize;
        return _kind == Kind.PerAxis ? entry : (outer / _axisSize * _blocks + entry / _block) * _inner + inner;
    }

    /// <summary>Checks the shapes of scale and zero point against the input's, and the block size against both.</summary>
    public static void Check(Node node, SymbolicShape? input, SymbolicShape? scale, SymbolicShape? zeroPoint)
    {
        if (BlockSize(node) < 0)
            throw node.Error($"block_size must not be negative, got {BlockSize(node)}.");
        if (scale is not null && zeroPoint is not null && !(IsSingle(scale) && zeroPoint.All(d => !d.IsFixed || d.Value == 1)))
            node.RequireShape("the zero point", zeroPoint, scale.Dimensions);
        if (input is null || scale is null)
            return;
        switch (KindOf(node, input.Rank, scale))
        {
            case Kind.PerAxis:
                node.RequireShape("the scale", scale, input[Axis(node, input.Rank)]);
                break;
            case Kind.Blocked:
                CheckBlocks(node, input, scale);
                break;
        }
    }

    private static void CheckBlocks(Node node, SymbolicShape input, SymbolicShape scale)
    {
        node.RequireRank("the scale", scale, input.Rank, input.Rank);
        int axis = Axis(node, input.Rank);
        Dimension blocks = input[axis].IsFixed ? (input[axis] + (BlockSize(node) - 1)) / BlockSize(node) : Dimension.Unknown;
        node.RequireShape("the scale", scale, input.With(axis, blocks).Dimensions);
    }

    private static Kind KindOf(Node node, int rank, SymbolicShape scale)
    {
        if (BlockSize(node) > 0)
            return Kind.Blocked;
        if (IsSingle(scale))
            return Kind.PerTensor;
        return scale.Rank == 1 ? Kind.PerAxis : throw node.Error($"a scale {scale} for an input of rank {rank} needs block_size.");
    }

    private static bool IsSingle(SymbolicShape shape) => shape.Rank == 0 || (shape.Rank == 1 && shape[0] == 1);

    private static long BlockSize(Node node) => node.Attributes.GetInt("block_size", 0);

    private static int Axis(Node node, int rank) => node.NormalizeAxis(node.Attributes.GetInt("axis", 1), rank);
}
