using Hone.Graphs;
using Hone.Operators;
using Hone.Runtime.Lowering.Attention;
using Hone.Runtime.Lowering.ControlFlow;
using Hone.Runtime.Lowering.Convolution;
using Hone.Runtime.Lowering.Elementwise;
using Hone.Runtime.Lowering.LinearAlgebra;
using Hone.Runtime.Lowering.Normalization;
using Hone.Runtime.Lowering.Pooling;
using Hone.Runtime.Lowering.Quantization;
using Hone.Runtime.Lowering.Recurrent;
using Hone.Runtime.Lowering.Reduction;
using Hone.Runtime.Lowering.Shapes;

namespace Hone.Runtime.Lowering;

/// <summary>Which operators have fast kernels. An operator that is not listed runs by reference evaluation.</summary>
internal sealed class LoweringTable
{
    private readonly Dictionary<string, Lowering> _lowerings;

    private LoweringTable(Dictionary<string, Lowering> lowerings) => _lowerings = lowerings;

    /// <summary>Tries to lower a node and what it can take along; null leaves it to others.</summary>
    internal delegate Operation? Lowering(Node node, LoweringContext context);

    /// <value>The tables in the order in which they are tried: products first, because their epilogues take other nodes along.</value>
    internal static IReadOnlyList<LoweringTable> InOrder { get; } =
    [
        new(new()
        {
            ["Attention"] = AttentionLowering.Lower,
            ["Conv"] = ConvLowering.Lower,
            ["ConvTranspose"] = ConvTransposeLowering.Lower,
            ["Gemm"] = GemmLowering.Lower,
            ["MatMul"] = MatMulLowering.Lower,
            ["GRU"] = RecurrentLowering.Lower,
            ["LSTM"] = RecurrentLowering.Lower,
            ["MatMulInteger"] = MatMulIntegerLowering.Lower,
            ["RNN"] = RecurrentLowering.Lower,
            ["RotaryEmbedding"] = RotaryEmbeddingLowering.Lower,
            ["com.microsoft.DynamicQuantizeLSTM"] = RecurrentLowering.LowerQuantizedLstm,
            ["com.microsoft.MatMulIntegerToFloat"] = MatMulIntegerLowering.LowerToFloat,
            ["com.microsoft.MatMulNBits"] = MatMulNBitsLowering.Lower,
            ["com.microsoft.RotaryEmbedding"] = RotaryEmbeddingLowering.Lower,
        }),
        new(new()
        {
            // Quantized elementwise functions and poolings take the nodes that quantize around them along.
            ["Add"] = QuantizedBinaryLowering.Lower,
            ["Mul"] = QuantizedBinaryLowering.Lower,
            ["AveragePool"] = PoolLowering.Lower,
            ["GlobalAveragePool"] = PoolLowering.Lower,
            ["ReduceMean"] = PoolLowering.Lower,
            ["Abs"] = ByteTableLowering.Lower,
            ["Ceil"] = ByteTableLowering.Lower,
            ["Clip"] = ByteTableLowering.Lower,
            ["Elu"] = ByteTableLowering.Lower,
            ["Erf"] = ByteTableLowering.Lower,
            ["Exp"] = ByteTableLowering.Lower,
            ["Floor"] = ByteTableLowering.Lower,
            ["Gelu"] = ByteTableLowering.Lower,
            ["HardSigmoid"] = ByteTableLowering.Lower,
            ["HardSwish"] = ByteTableLowering.Lower,
            ["LeakyRelu"] = ByteTableLowering.Lower,
            ["Log"] = ByteTableLowering.Lower,
            ["Mish"] = ByteTableLowering.Lower,
            ["Neg"] = ByteTableLowering.Lower,
            ["Pow"] = ByteTableLowering.Lower,
            ["QuantizeLinear"] = ByteTableLowering.Lower,
            ["Reciprocal"] = ByteTableLowering.Lower,
            ["Relu"] = ByteTableLowering.Lower,
            ["Round"] = ByteTableLowering.Lower,
            ["Sigmoid"] = ByteTableLowering.Lower,
            ["Sign"] = ByteTableLowering.Lower,
            ["Softplus"] = ByteTableLowering.Lower,
            ["Softsign"] = ByteTableLowering.Lower,
            ["Sqrt"] = ByteTableLowering.Lower,
            ["Swish"] = ByteTableLowering.Lower,
            ["Tanh"] = ByteTableLowering.Lower,
        }),
        new(new()
        {
            ["Abs"] = UnaryLowering.Lower,
            ["Add"] = BinaryLowering.Lower,
            ["And"] = RowsLowering.Lower,
            ["AveragePool"] = PoolLowering.Lower,
            ["Cast"] = RowsLowering.Lower,
            ["Ceil"] = UnaryLowering.Lower,
            ["Clip"] = UnaryLowering.Lower,
            ["Concat"] = ConcatLowering.Lower,
            ["Cos"] = RowsLowering.Lower,
            ["DepthToSpace"] = BlockLowering.Lower,
            ["DequantizeLinear"] = DequantizeLinearLowering.Lower,
            ["Div"] = BinaryLowering.Lower,
            ["Dropout"] = ViewLowering.Lower,
            ["DynamicQuantizeLinear"] = DynamicQuantizeLinearLowering.Lower,
            ["Elu"] = UnaryLowering.Lower,
            ["Equal"] = RowsLowering.Lower,
            ["Erf"] = UnaryLowering.Lower,
            ["Exp"] = UnaryLowering.Lower,
            ["Expand"] = RepeatLowering.Lower,
            ["Flatten"] = ViewLowering.Lower,
            ["Floor"] = UnaryLowering.Lower,
            ["Gather"] = GatherLowering.Lower,
            ["Gelu"] = UnaryLowering.Lower,
            ["GlobalAveragePool"] = PoolLowering.Lower,
            ["GlobalMaxPool"] = PoolLowering.Lower,
            ["Greater"] = RowsLowering.Lower,
            ["GreaterOrEqual"] = RowsLowering.Lower,
            ["HardSigmoid"] = UnaryLowering.Lower,
            ["HardSwish"] = UnaryLowering.Lower,
            ["Identity"] = ViewLowering.Lower,
            ["If"] = ControlFlowLowering.Lower,
            ["IsNaN"] = RowsLowering.Lower,
            ["LayerNormalization"] = LayerNormalizationLowering.Lower,
            ["LeakyRelu"] = UnaryLowering.Lower,
            ["Less"] = RowsLowering.Lower,
            ["LessOrEqual"] = RowsLowering.Lower,
            ["Log"] = UnaryLowering.Lower,
            ["LogSoftmax"] = SoftmaxLowering.Lower,
            ["Loop"] = ControlFlowLowering.Lower,
            ["Max"] = BinaryLowering.Lower,
            ["MaxPool"] = PoolLowering.Lower,
            ["Min"] = BinaryLowering.Lower,
            ["Mish"] = UnaryLowering.Lower,
            ["Mul"] = BinaryLowering.Lower,
            ["Neg"] = UnaryLowering.Lower,
            ["Not"] = RowsLowering.Lower,
            ["Or"] = RowsLowering.Lower,
            ["PRelu"] = BinaryLowering.Lower,
            ["Pad"] = PadLowering.Lower,
            ["Pow"] = UnaryLowering.Lower,
            ["QuantizeLinear"] = QuantizeLinearLowering.Lower,
            ["RMSNormalization"] = LayerNormalizationLowering.Lower,
            ["Reciprocal"] = UnaryLowering.Lower,
            ["ReduceL1"] = ReduceLowering.Lower,
            ["ReduceL2"] = ReduceLowering.Lower,
            ["ReduceMax"] = ReduceLowering.Lower,
            ["ReduceMean"] = ReduceLowering.Lower,
            ["ReduceMin"] = ReduceLowering.Lower,
            ["ReduceSum"] = ReduceLowering.Lower,
            ["ReduceSumSquare"] = ReduceLowering.Lower,
            ["Relu"] = UnaryLowering.Lower,
            ["Reshape"] = ViewLowering.Lower,
            ["Resize"] = ResizeLowering.Lower,
            ["Round"] = UnaryLowering.Lower,
            ["Scan"] = ControlFlowLowering.Lower,
            ["Sigmoid"] = UnaryLowering.Lower,
            ["Sign"] = UnaryLowering.Lower,
            ["Sin"] = RowsLowering.Lower,
            ["Slice"] = SliceLowering.Lower,
            ["Softmax"] = SoftmaxLowering.Lower,
            ["Softplus"] = UnaryLowering.Lower,
            ["Softsign"] = UnaryLowering.Lower,
            ["SpaceToDepth"] = BlockLowering.Lower,
            ["Split"] = SplitLowering.Lower,
            ["Sqrt"] = UnaryLowering.Lower,
            ["Squeeze"] = ViewLowering.Lower,
            ["Sub"] = BinaryLowering.Lower,
            ["Swish"] = UnaryLowering.Lower,
            ["Tanh"] = UnaryLowering.Lower,
            ["Tile"] = RepeatLowering.Lower,
            ["Transpose"] = TransposeLowering.Lower,
            ["Unsqueeze"] = ViewLowering.Lower,
            ["Where"] = RowsLowering.Lower,
            ["Xor"] = RowsLowering.Lower,
        }),
    ];

    /// <summary>Tries to lower a node.</summary>
    internal Operation? Lower(Node node, LoweringContext context) =>
        _lowerings.TryGetValue(Operator.QualifiedName(node.Operator.Domain, node.Operator.Name), out Lowering? lower) ? lower(node, context) : null;
}
