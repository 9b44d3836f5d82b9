namespace Hone.Operators.Microsoft;

/// <summary>Operators of the domain <c>com.microsoft</c> that quantized and transformer models use.</summary>
internal static class MicrosoftOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new BiasGelu(),
        new DynamicQuantizeLstm(),
        new DynamicQuantizeMatMul(),
        new EmbedLayerNormalization(),
        new FastGelu(),
        new FusedMatMul(),
        new GatherBlockQuantized(),
        new Gelu(),
        new MatMulIntegerToFloat(),
        new MatMulNBits(),
        new QLinearAdd(),
        new QLinearAveragePool(),
        new QLinearConcat(),
        new QLinearGlobalAveragePool(),
        new QLinearLeakyRelu(),
        new QLinearMul(),
        new QLinearSigmoid(),
        new QLinearSoftmax(),
        new QuickGelu(),
        new RotaryEmbedding(),
        new SkipLayerNormalization(),
    ];
}
