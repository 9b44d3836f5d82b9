namespace Hone.Torch.Tests.Lowering;

/// <summary>The cases of all families.</summary>
internal static class OperationCases
{
    public static IReadOnlyList<OperationCase> All { get; } =
        [.. ElementwiseCases.All, .. FunctionCases.All, .. ShapeCases.All, .. ReductionCases.All, .. LayerCases.All];
}
