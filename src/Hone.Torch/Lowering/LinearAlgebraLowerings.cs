using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Products of matrices.</summary>
internal static class LinearAlgebraLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("linear", Linear),
        new("matmul", MatMul),
        new("mm", MatMul),
        new("bmm", MatMul),
        new("mv", MatMul),
        new("dot", MatMul),
        new("inner", c => c.Set(c.Node("MatMul", [c.Tensor(0), SwapLastAxes(c, c.Tensor(1), c.Rank(1))]))),
        new("outer", Outer),
        new("ger", Outer),
        new("addmm", AddProduct),
        new("addmv", AddProduct),
        new("baddbmm", _ => throw LoweringContext.Unsupported(
            "TorchSharp 0.107 multiplies input by batch1 and adds batch2 instead of adding the product of the batches; use bmm and add")),
        new("einsum", c => c.Set(c.Node("Einsum", c.Tensors(1), ("equation", Equation(c))))),
        new("bilinear", Bilinear),
    ];

    /// <summary>Exchanges the last two axes.</summary>
    public static Value SwapLastAxes(LoweringContext c, Value value, int rank)
    {
        if (rank < 2)
            return value;
        long[] order = [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return c.Node("Transpose", [value], ("perm", order));
    }

    /// <summary><c>x·Wᵀ + b</c>: Gemm for rows, MatMul where there are more axes.</summary>
    public static Value Linear(LoweringContext c, Value x, int rank, Value weight, Value? bias)
    {
        if (rank == 2)
            return c.Node("Gemm", bias is null ? [x, weight] : [x, weight, bias], ("transB", true));
        Value product = c.Node("MatMul", [x, SwapLastAxes(c, weight, 2)]);
        return bias is null ? product : c.Node("Add", [product, bias]);
    }

    private static void Linear(LoweringContext c) => c.Set(Linear(c, c.Tensor(0), c.Rank(0), c.Tensor(1), c.OptionalTensor("bias")));

    private static void MatMul(LoweringContext c) => c.Set(c.Node("MatMul", [c.Tensor(0), c.Tensor(1)]));

    private static void Outer(LoweringContext c) =>
        c.Set(c.Node("Mul", [c.Node("Unsqueeze", [c.Tensor(0), c.Vector(1)]), c.Node("Unsqueeze", [c.Tensor(1), c.Vector(0)])]));

    /// <summary><c>beta·argument 0 + alpha·product</c>.</summary>
    public static void AddScaled(LoweringContext c, Value product)
    {
        DataType type = c.ResultType();
        c.Set(c.Node("Add", [Scaled(c, c.Tensor(0), c.Double("beta", 1), type), Scaled(c, product, c.Double("alpha", 1), type)]));
    }

    private static void AddProduct(LoweringContext c) => AddScaled(c, c.Node("MatMul", [c.Tensor(1), c.Tensor(2)]));

    private static Value Scaled(LoweringContext c, Value value, double factor, DataType type) =>
        factor == 1 ? value : c.Node("Mul", [value, c.Scalar(factor, type)]);

    private static string Equation(LoweringContext c) => c.Text("equation") ?? throw LoweringContext.Unsupported("the equation is missing");

    private static void Bilinear(LoweringContext c)
    {
        Value y = c.Node("Einsum", [c.Tensor(0), c.Tensor(2), c.Tensor(1)], ("equation", "...i,oij,...j->...o"));
        c.Set(c.OptionalTensor("bias") is { } bias ? c.Node("Add", [y, bias]) : y);
    }
}
