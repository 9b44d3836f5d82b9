using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Quantization;

/// <summary>Weight-only quantization: weights are stored as integers, everything computes in float32. No data are needed.</summary>
/// <remarks>
/// Each weight becomes a constant of codes with a <c>DequantizeLinear</c> behind it; blocks need opset 21. For memory-bound models, large
/// matrix products with few rows, it is the scheme of choice.
/// </remarks>
public sealed record WeightOnlyQuantizationConfig
{
    /// <value>int8, one scale for each output channel, symmetric.</value>
    public static WeightOnlyQuantizationConfig Int8 { get; } = new();

    /// <value>int4 in blocks of 32 along the axis that is summed over, symmetric; convolutions, recurrent layers and embeddings are left alone.</value>
    public static WeightOnlyQuantizationConfig Int4 { get; } = new() { DataType = DataType.Int4, BlockSize = 32 };

    /// <value>Type of the codes: int8, uint8, int4 or uint4. Default int8.</value>
    public DataType DataType { get; init; } = DataType.Int8;

    /// <value>Whether the range is symmetric about 0. Default true.</value>
    public bool IsSymmetric { get; init; } = true;

    /// <value>
    /// Elements that share a scale along the axis that matrix products sum over, at least 2; the last block may be shorter. Null for one scale
    /// for each output channel. Default null. Only matrix products have blocks; with blocks other weights are left alone.
    /// </value>
    public int? BlockSize { get; init; }

    /// <value>How weights in blocks are rounded. Default <see cref="WeightOnlyAlgorithm.RoundToNearest"/>; the others need a block size.</value>
    public WeightOnlyAlgorithm Algorithm { get; init; }

    /// <value>How weights in blocks are written. Default <see cref="WeightOnlyFormat.DequantizeLinear"/>.</value>
    public WeightOnlyFormat Format { get; init; }

    /// <value>
    /// Whether engines may round the inputs of products to 8 bits, which <see cref="WeightOnlyFormat.MatMulNBits"/> says as <c>accuracy_level</c> 4.
    /// Default false.
    /// </value>
    public bool AllowsInt8Activations { get; init; }

    /// <value>
    /// Whether scales of blocks are rounded to numbers of float16 before weights are rounded by them. They are written as float32 still; kernels that
    /// find them so keep 2 bytes for each. Default false.
    /// </value>
    public bool RoundsScalesToHalf { get; init; }

    /// <value>How <see cref="WeightOnlyAlgorithm.Gptq"/> rounds.</value>
    public GptqOptions Gptq { get; init; } = new();

    /// <value>Names of nodes that stay as they are. Default none.</value>
    public IReadOnlySet<string> ExcludedNodes { get; init; } = new HashSet<string>();

    /// <value>Operators, by their ONNX names, whose nodes all stay as they are. Default none.</value>
    public IReadOnlySet<string> ExcludedOperators { get; init; } = new HashSet<string>();

    internal bool Includes(Node node) => !ExcludedNodes.Contains(node.Name) && !ExcludedOperators.Contains(node.Operator.Name);

    /// <summary>Checks the ranges stated at each property.</summary>
    /// <exception cref="QuantizationException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (DataType is not (DataType.Int8 or DataType.UInt8 or DataType.Int4 or DataType.UInt4))
            throw new QuantizationException($"Weights are integers of 8 or 4 bits, not {DataType.DisplayName()}.");
        if (BlockSize is null && (Algorithm != WeightOnlyAlgorithm.RoundToNearest || Format != WeightOnlyFormat.DequantizeLinear))
            throw new QuantizationException($"{Algorithm} and {Format} are for weights in blocks; set BlockSize.");
        if (Format == WeightOnlyFormat.MatMulNBits && BlockSize is not (16 or 32 or 64 or 128 or 256))
            throw new QuantizationException($"Blocks of MatMulNBits have 16, 32, 64, 128 or 256 elements; got {BlockSize}.");
        if (!(Gptq.Damping > 0 && Gptq.Damping <= 1))
            throw new QuantizationException($"GptqOptions.Damping lies in (0, 1], got {Gptq.Damping}.");
        if (Gptq.RefinementSweeps < 0)
            throw new QuantizationException($"GptqOptions.RefinementSweeps is at least 0, got {Gptq.RefinementSweeps}.");
        if (!(Gptq.InputCorrection is >= 0 and <= 1) || (Gptq.InputCorrection > 0 && !Gptq.CalibratesInSequence))
            throw new QuantizationException($"GptqOptions.InputCorrection lies in [0, 1] and needs CalibratesInSequence, got {Gptq.InputCorrection}.");
        if (Gptq.MostRows < 1)
            throw new QuantizationException($"GptqOptions.MostRows is at least 1, got {Gptq.MostRows}.");
        if (BlockSize < 2)
            throw new QuantizationException($"A block has at least 2 elements; got {BlockSize}.");
    }
}
