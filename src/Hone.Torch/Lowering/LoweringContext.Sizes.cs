using Hone.Graphs;
using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

public sealed partial class LoweringContext
{
    /// <summary>Integers that may follow dynamic dimensions, as an int64 vector: a list, a tuple, or one number.</summary>
    /// <exception cref="UnsupportedLoweringException">The argument is missing or holds something else.</exception>
    public Value Sizes(params ReadOnlySpan<string> names) =>
        SizesOf(Find(names)) is { } sizes ? SizeVector(sizes) : throw Unsupported($"{names[0]} is missing");

    /// <summary>The shape of a result as an int64 vector.</summary>
    public Value ResultShape(int index = 0) => SizeVector(Result(index).Sizes);

    /// <summary>A shape for Reshape: the result's, with -1 in place of the one dynamic dimension where there is just one.</summary>
    public Value ReshapeTarget(int index = 0)
    {
        SizeExpression[] sizes = Result(index).Sizes;
        bool canInfer = sizes.Count(size => !size.IsConstant) == 1 && sizes.All(size => !size.IsConstant || size.Offset > 0);
        return SizeVector(canInfer ? Array.ConvertAll(sizes, size => size.IsConstant ? size : SizeExpression.Constant(-1)) : sizes);
    }

    /// <summary>Reshapes to the shape of a result.</summary>
    public Value ReshapeToResult(Value value, int index = 0) => Node("Reshape", [value, ReshapeTarget(index)]);

    internal static SizeExpression[]? SizesOf(object? argument) => argument switch
    {
        long value => [SizeExpression.Constant(value)],
        SizeExpression size => [size],
        object?[] items when items.All(item => item is long or SizeExpression) => Array.ConvertAll(items, item => item as SizeExpression ?? SizeExpression.Constant((long)item!)),
        _ => null,
    };

    internal Value SizeVector(IReadOnlyList<SizeExpression> sizes)
    {
        if (sizes.All(size => size.IsConstant))
            return Vector([.. sizes.Select(size => size.Offset)]);
        List<Value> parts = [];
        List<long> pending = [];
        foreach (SizeExpression size in sizes)
        {
            if (size.IsConstant)
            {
                pending.Add(size.Offset);
                continue;
            }

            Flush();
            parts.Add(SizeValue(size));
        }

        Flush();
        return parts.Count == 1 ? parts[0] : Node("Concat", [.. parts], ("axis", 0L));

        void Flush()
        {
            if (pending.Count > 0)
                parts.Add(Vector([.. pending]));
            pending.Clear();
        }
    }

    /// <summary>A size as int64 [1].</summary>
    internal Value SizeValue(SizeExpression size)
    {
        Value? sum = size.Offset == 0 && !size.IsConstant ? null : Vector(size.Offset);
        foreach (SizeTerm term in size.Terms)
        {
            Value product = term.Dimensions.Select(_graph.DimensionValue).Aggregate((a, b) => Node("Mul", [a, b]));
            if (term.Factor != 1)
                product = Node("Mul", [product, Vector(term.Factor)]);
            if (term.Divisor != 1)
                product = Node("Div", [product, Vector(term.Divisor)]);
            sum = sum is null ? product : Node("Add", [sum, product]);
        }

        return sum!; // a size has an offset or a term
    }
}
