namespace Hone.Quantization;

/// <summary>How weights in blocks are written in the graph.</summary>
public enum WeightOnlyFormat
{
    /// <summary>A <c>DequantizeLinear</c> with <c>block_size</c> in front of the product: standard ONNX, opset 21.</summary>
    DequantizeLinear,

    /// <summary>ONNX Runtime's <c>com.microsoft.MatMulNBits</c> instead of the product: block sizes are powers of 2 from 16 to 256.</summary>
    MatMulNBits,
}
