using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Diagonals, and products of several matrices or vectors.</summary>
internal static class MatrixLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("det", c => c.Set(c.Node("Det", [c.Tensor(0)]))),
        new("trace", c => c.Set(c.Node("ReduceSum", [Diagonal(c, 0, 0, 1)], ("keepdims", false)))),
        new("diagonal", c => c.Set(Diagonal(c, c.Int("offset", 0), c.Int("dim1"), c.Int("dim2")))),
        new("diag", c => c.Set(c.Rank(0) == 1 ? Embedded(c, c.Int("diagonal", 0)) : Diagonal(c, c.Int("diagonal", 0), 0, 1))),
        new("diag_embed", DiagonalEmbed),
        new("matrix_power", Power),
        new("chain_matmul", c => c.Set(Chain(c, c.Tensors(0)))),
        new("multi_dot", c => c.Set(Chain(c, c.Tensors(0)))),
        new("addbmm", AddSummedProducts),
        new("addr", AddOuter),
        new("vdot", c => c.Set(c.Node("MatMul", [c.Tensor(0), c.Tensor(1)]))),
        new("vecdot", c => c.Set(c.Node("ReduceSum", [c.Node("Mul", [c.Tensor(0), c.Tensor(1)]), c.Vector(c.Int("dim", -1))], ("keepdims", false)))),
        new("cross", Cross),
        new("tensordot", Contract),
        new("cdist", Distances),
        new("cov", Covariance),
    ];

    /// <summary>The diagonal of two axes as the last axis.</summary>
    private static Value Diagonal(LoweringContext c, long offset, long first, long second)
    {
        int rank = c.Rank(0);
        int rowAxis = LoweringContext.Axis(first, rank);
        int columnAxis = LoweringContext.Axis(second, rank);
        long rows = c.FixedSize(0, rowAxis);
        long columns = c.FixedSize(0, columnAxis);
        int[] others = [.. Enumerable.Range(0, rank).Where(axis => axis != rowAxis && axis != columnAxis)];
        Value turned = c.Node("Transpose", [c.Tensor(0)], ("perm", Array.ConvertAll([.. others, rowAxis, columnAxis], axis => (long)axis)));
        Value flat = c.Node("Reshape", [turned, c.SizeVector([.. others.Select(axis => c.Traced(0).Sizes[axis]), Capture.SizeExpression.Constant(rows * columns)])]);
        (long row, long column) = (Math.Max(-offset, 0), Math.Max(offset, 0));
        long count = Math.Max(Math.Min(rows - row, columns - column), 0);
        long[] places = [.. Enumerable.Range(0, (int)count).Select(i => ((row + i) * columns) + column + i)];
        return c.Node("Gather", [flat, c.Constant(Tensor.Create(places, count))], ("axis", (long)others.Length));
    }

    /// <summary>A square matrix, or a batch of them, with the elements of the last axis on a diagonal.</summary>
    private static Value Embedded(LoweringContext c, long offset)
    {
        int rank = c.Rank(0);
        Value rows = c.Node("Unsqueeze", [c.Tensor(0), c.Vector(-1)]);
        long[] pads = new long[2 * (rank + 1)];
        if (offset < 0)
            (pads[rank - 1], pads[^1]) = (-offset, -offset);
        else
            (pads[^2], pads[rank]) = (offset, offset);
        long size = c.FixedSize(0, rank - 1);
        bool[] mask = [.. Enumerable.Range(0, (int)(size * size)).Select(i => i / size == i % size)];
        Value square = c.Node("Where", [c.Constant(Tensor.Create(mask, size, size)), rows, c.Scalar(0, c.ResultType())]);
        return offset == 0 ? square : c.Node("Pad", [square, c.Vector(pads), c.Scalar(0, c.ResultType())]);
    }

    private static void DiagonalEmbed(LoweringContext c)
    {
        int rank = c.ResultRank();
        if (LoweringContext.Axis(c.Int("dim1", -2), rank) != rank - 2 || LoweringContext.Axis(c.Int("dim2", -1), rank) != rank - 1)
            throw LoweringContext.Unsupported("axes other than the last two");
        c.Set(Embedded(c, c.Int("offset", 0)));
    }

    private static void Power(LoweringContext c)
    {
        long n = c.Int("n");
        if (n < 1)
            throw LoweringContext.Unsupported("powers below 1");
        Value? result = null;
        for (Value square = c.Tensor(0); ; square = c.Node("MatMul", [square, square]))
        {
            if ((n & 1) != 0)
                result = result is null ? square : c.Node("MatMul", [result, square]);
            if ((n >>= 1) == 0)
                break;
        }

        c.Set(result!); // n has a bit
    }

    private static Value Chain(LoweringContext c, Value[] matrices) => matrices.Aggregate((left, right) => c.Node("MatMul", [left, right]));

    private static void AddSummedProducts(LoweringContext c)
    {
        Value product = c.Node("ReduceSum", [c.Node("MatMul", [c.Tensor(1), c.Tensor(2)]), c.Vector(0)], ("keepdims", false));
        LinearAlgebraLowerings.AddScaled(c, product);
    }

    private static void AddOuter(LoweringContext c) =>
        LinearAlgebraLowerings.AddScaled(c, c.Node("Mul", [c.Node("Unsqueeze", [c.Tensor(1), c.Vector(1)]), c.Node("Unsqueeze", [c.Tensor(2), c.Vector(0)])]));

    private static void Cross(LoweringContext c)
    {
        long dim = c.Int("dim", -1);
        if (c.FixedSize(0, LoweringContext.Axis(dim, c.Rank(0))) != 3)
            throw LoweringContext.Unsupported("vectors of other than three elements");
        Value Turned(int argument, params long[] order) => c.Node("Gather", [c.Tensor(argument), c.Vector(order)], ("axis", dim));
        c.Set(c.Node("Sub", [
            c.Node("Mul", [Turned(0, 1, 2, 0), Turned(1, 2, 0, 1)]),
            c.Node("Mul", [Turned(0, 2, 0, 1), Turned(1, 1, 2, 0)])]));
    }

    private static void Contract(LoweringContext c)
    {
        (int leftRank, int rightRank) = (c.Rank(0), c.Rank(1));
        if (c.Ints("dims1") is not { } given || c.Ints("dims2") is not { } others)
            throw LoweringContext.Unsupported("axes given otherwise than by dims1 and dims2");
        int[] left = Array.ConvertAll(given, axis => LoweringContext.Axis(axis, leftRank));
        int[] right = Array.ConvertAll(others, axis => LoweringContext.Axis(axis, rightRank));
        char[] leftNames = [.. Enumerable.Range(0, leftRank).Select(i => (char)('a' + i))];
        char[] rightNames = [.. Enumerable.Range(0, rightRank).Select(i => (char)('a' + leftRank + i))];
        for (int i = 0; i < left.Length; i++)
            rightNames[right[i]] = leftNames[left[i]];
        string result = string.Concat(leftNames.Except(left.Select(axis => leftNames[axis])).Concat(rightNames.Where(name => !leftNames.Contains(name))));
        c.Set(c.Node("Einsum", [c.Tensor(0), c.Tensor(1)], ("equation", $"{new string(leftNames)},{new string(rightNames)}->{result}")));
    }

    private static void Distances(LoweringContext c)
    {
        Value difference = c.Node("Sub", [c.Node("Unsqueeze", [c.Tensor(0), c.Vector(-2)]), c.Node("Unsqueeze", [c.Tensor(1), c.Vector(-3)])]);
        c.Set(ReductionLowerings.Norm(c, difference, c.Double("p", 2), [-1], keepDims: false));
    }

    private static void Covariance(LoweringContext c)
    {
        if (c.Rank(0) != 2 || c.OptionalTensor("fweights") is not null || c.OptionalTensor("aweights") is not null)
            throw LoweringContext.Unsupported("other than a matrix without weights");
        Value x = c.Tensor(0);
        Value centred = c.Node("Sub", [x, c.Node("ReduceMean", [x, c.Vector(1)], ("keepdims", true))]);
        Value product = c.Node("MatMul", [centred, LinearAlgebraLowerings.SwapLastAxes(c, centred, 2)]);
        c.Set(c.Node("Div", [product, c.Scalar(c.FixedSize(0, 1) - c.Int("correction", 1), c.ResultType())]));
    }
}
