using Hone.Rewriting;

namespace Hone.Runtime.Passes;

/// <summary>The passes that prepare a copy of the graph for lowering. Their result is a graph of standard operators still, with the same outputs.</summary>
internal static class CompilePipeline
{
    internal static PassPipeline Create() =>
        new(
        [
            // 8-bit codes: operators of codes as patterns, weights as codes, activations unsigned, quantization where it saves most.
            new ExpandQuantizedOperators(),
            new FoldWeightQuantization(),
            new UnsignedActivations(),
            new SinkDequantization(),
            new RemoveRoundTrips(),
            new GatherCodes(),

            // Functions that exporters write in pieces.
            new FormSwish(),
            new FormHardSwish(),
            new FormGelu(),
            new FormLayerNormalization(),
            new SplitBeforeTranspose(),
            new FormAttention(),

            // What no fold could remove.
            new ApplyBatchNormalization(),
        ]);
}
