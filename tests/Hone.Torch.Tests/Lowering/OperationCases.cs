namespace Hone.Torch.Tests.Lowering;

/// <summary>The cases of all families.</summary>
internal static class OperationCases
{
    public static IReadOnlyList<OperationCase> All { get; } =
        [.. ElementwiseCases.All, .. FunctionCases.All, .. CreationCases.All, .. DtypeCases.All, .. ShapeCases.All, .. JoiningCases.All, .. MatrixCases.All, .. ReductionCases.All, .. StatisticsCases.All, .. LayerCases.All];
}
