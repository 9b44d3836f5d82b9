using Hone.Graphs;
using Hone.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Hone.Torch.Lowering;

/// <summary>Sums, means and maxima of table rows in bags.</summary>
internal static class EmbeddingBagLowering
{
    public static void Module(LoweringContext c)
    {
        EmbeddingBagSettings settings = EmbeddingBagProbe.Find((EmbeddingBag)c.Module!); // lowered for this class
        if (settings.IncludesLastOffset && c.Rank(0) == 2)
            throw LoweringContext.Unsupported("bags of one length with include_last_offset: TorchSharp leaves out the last bag");
        Value indices = c.Tensor(0);
        Value? scales = c.Argument(2) is null ? null : c.Tensor(2);
        Value rows = c.Node("Gather", [c.State("weight"), indices], ("axis", 0L));
        DataType type = rows.DataType;
        if (scales is not null)
            rows = c.Node("Mul", [rows, c.Node("Unsqueeze", [scales, c.Vector(-1)])]);
        Value? isCounted = settings.PaddingIndex < 0
            ? null
            : c.Node("Not", [c.Node("Equal", [indices, c.Scalar(settings.PaddingIndex, indices.DataType)])]);
        // Which elements are in which bag: all of a row, or those between two offsets.
        Value? members = c.Rank(0) == 2 ? isCounted : Membership(c, settings, indices, isCounted);
        c.Set(settings.Mode == EmbeddingBagMode.Max ? Maximum(c, rows, members, type) : Total(c, rows, members, settings.Mode == EmbeddingBagMode.Mean, type));
    }

    /// <summary><c>[bags, elements]</c>, true where the element is in the bag and no padding.</summary>
    private static Value Membership(LoweringContext c, EmbeddingBagSettings settings, Value indices, Value? isCounted)
    {
        Value offsets = c.Cast(c.Tensor(1), DataType.Int64);
        Value length = c.Node("Shape", [indices]);
        Value start = settings.IncludesLastOffset ? Slice(c, offsets, 0, -1) : offsets;
        Value rest = Slice(c, offsets, 1, long.MaxValue);
        Value end = settings.IncludesLastOffset ? rest : c.Node("Concat", [rest, length], ("axis", 0L));
        Value places = c.Node("Range", [c.Scalar(0, DataType.Int64), c.Node("Squeeze", [length, c.Vector(0)]), c.Scalar(1, DataType.Int64)]);
        Value isAfterStart = c.Node("GreaterOrEqual", [places, c.Node("Unsqueeze", [start, c.Vector(1)])]);
        Value isBeforeEnd = c.Node("Less", [places, c.Node("Unsqueeze", [end, c.Vector(1)])]);
        Value members = c.Node("And", [isAfterStart, isBeforeEnd]);
        return isCounted is null ? members : c.Node("And", [members, isCounted]);
    }

    private static Value Slice(LoweringContext c, Value x, long from, long to) => c.Node("Slice", [x, c.Vector(from), c.Vector(to), c.Vector(0)]);

    /// <summary>Bags as rows of a matrix product; without padding in fixed bags it is a plain reduction.</summary>
    private static Value Total(LoweringContext c, Value rows, Value? members, bool isMean, DataType type)
    {
        if (members is null)
            return c.Node(isMean ? "ReduceMean" : "ReduceSum", [rows, c.Vector(1)], ("keepdims", 0L));
        Value counts = c.Cast(members, type);
        // [bags, elements] · [elements, features], or [bags, 1, elements] · [bags, elements, features].
        Value total = c.Rank(0) == 1
            ? c.Node("MatMul", [counts, rows])
            : c.Node("Squeeze", [c.Node("MatMul", [c.Node("Unsqueeze", [counts, c.Vector(1)]), rows]), c.Vector(1)]);
        if (!isMean)
            return total;
        Value size = c.Node("ReduceSum", [counts, c.Vector(1)], ("keepdims", 1L));
        return c.Node("Div", [total, c.Node("Max", [size, c.Scalar(1, type)])]);
    }

    private static Value Maximum(LoweringContext c, Value rows, Value? members, DataType type)
    {
        if (members is null)
            return c.Node("ReduceMax", [rows, c.Vector(1)], ("keepdims", 0L));
        Value counted = c.Node("Where", [c.Node("Unsqueeze", [members, c.Vector(2)]), rows, c.Scalar(double.NegativeInfinity, type)]);
        Value maximum = c.Node("ReduceMax", [counted, c.Vector(1)], ("keepdims", 0L));
        // An empty bag is zero.
        Value isEmpty = c.Node("IsInf", [maximum]);
        return c.Node("Where", [isEmpty, c.Scalar(0, type), maximum]);
    }
}
