using Hone.Rewriting;

namespace Hone.Passes;

/// <summary>The passes that make any model smaller and simpler and leave it portable: the result is standard ONNX again.</summary>
/// <remarks>The order matters for speed, not for the result: the pipeline runs until nothing changes.</remarks>
public static class PortablePipeline
{
    /// <summary>Creates the pipeline.</summary>
    /// <param name="options">Null for the defaults.</param>
    public static PassPipeline Create(PortablePassOptions? options = null)
    {
        options ??= PortablePassOptions.Default;
        return new PassPipeline(
        [
            // First what makes the graph small, so that the others have less to look at.
            new RemoveDeadCode(),
            new FoldConstants(options),
            new RemoveNoOps(),
            new RemoveCommonSubexpressions(),

            // Shapes: after folding, because they build on constants.
            new SimplifyReshapeTarget(),
            new MergeReshapes(),
            new MergeTransposes(),
            new SinkTransposes(),

            // Into the weights: normalizations first, then what is left of scaling and shifting.
            new FoldPadIntoConv(),
            new FoldBatchNormalization(),
            new FoldScaleIntoConv(),
            new FoldScaleIntoMatMul(),
            new FormGemm(),
            new FoldTransposeIntoGemm(),
        ]);
    }

    /// <summary>Creates a shorter pipeline that folds what is constant and leaves weights, normalizations and dropouts for training.</summary>
    /// <param name="options">Null for the defaults.</param>
    public static PassPipeline CreateForTraining(PortablePassOptions? options = null) =>
        new(new RemoveDeadCode(), new FoldConstants(options ?? PortablePassOptions.Default), new SimplifyReshapeTarget());
}
