namespace Hone.Torch.Lowering;

public sealed partial class LoweringTable
{
    /// <summary>One line per family; each family's table has one line per operation.</summary>
    private static IEnumerable<KeyValuePair<string, Lowering>> StandardFunctions() =>
    [
        .. ArithmeticLowerings.Functions,
        .. ComparisonLowerings.Functions,
        .. UnaryLowerings.Functions,
        .. FunctionLowerings.Functions,
        .. ActivationLowerings.Functions,
        .. ConvolutionLowerings.Functions,
        .. PoolingLowerings.Functions,
        .. UnpoolingLowerings.Functions,
        .. NormalizationLowerings.Functions,
        .. LinearAlgebraLowerings.Functions,
        .. MatrixLowerings.Functions,
        .. ShapeLowerings.Functions,
        .. JoiningLowerings.Functions,
        .. IndexingLowerings.Functions,
        .. ReductionLowerings.Functions,
        .. StatisticsLowerings.Functions,
        .. CreationLowerings.Functions,
        .. ResizeLowerings.Functions,
        .. AttentionLowerings.Functions,
    ];

    private static IEnumerable<KeyValuePair<Type, Lowering>> StandardModules() =>
    [
        .. EmbeddingLowerings.Modules,
        .. RecurrentLowerings.Modules,
        .. TransformerLowerings.Modules,
    ];
}
