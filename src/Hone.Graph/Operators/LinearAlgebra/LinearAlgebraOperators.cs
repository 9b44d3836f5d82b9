namespace Hone.Operators.LinearAlgebra;

/// <summary>Operators on matrices.</summary>
internal static class LinearAlgebraOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new Det(),
        new Einsum(),
        new Gemm(),
        new MatMul(),
        new MatMulInteger(),
        new QLinearMatMul(),
    ];
}
