using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

/// <summary>Operations that move elements about without computing.</summary>
internal static class ShapeLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("reshape", Reshape),
        new("view", Reshape),
        new("view_as", Reshape),
        new("flatten", Reshape),
        new("unflatten", Reshape),
        new("ravel", Reshape),
        new("squeeze", Squeeze),
        new("unsqueeze", c => c.Set(c.Node("Unsqueeze", [c.Tensor(0), c.Vector(c.Int("dim"))]))),
        new("atleast_1d", Reshape),
        new("atleast_2d", Reshape),
        new("atleast_3d", Reshape),
        new("permute", c => Transpose(c, c.Ints("permutation", "dims") ?? [])),
        new("transpose", c => Swap(c, c.Int("dim0"), c.Int("dim1"))),
        new("swapaxes", c => Swap(c, c.Int(["dim0", "axis0"]), c.Int(["dim1", "axis1"]))),
        new("swapdims", c => Swap(c, c.Int("dim0"), c.Int("dim1"))),
        new("t", c => SwapLast(c)),
        new("get_T", c => Transpose(c, [.. Enumerable.Range(0, c.Rank(0)).Reverse().Select(i => (long)i)])),
        new("get_mT", c => SwapLast(c)),
        new("movedim", MoveAxes),
        new("moveaxis", MoveAxes),
        new("expand", Expand),
        new("expand_as", Expand),
        new("broadcast_to", Expand),
        new("repeat", Repeat),
        new("tile", Repeat),
        new("repeat_interleave", RepeatInterleave),
        new("cat", c => Concat(c, c.Tensors(0), c.Int("dim", 0))),
        new("concat", c => Concat(c, c.Tensors(0), c.Int("dim", 0))),
        new("concatenate", c => Concat(c, c.Tensors(0), c.Int(["dim", "axis"], 0))),
        new("hstack", c => Concat(c, c.Tensors(0), c.ResultRank() == 1 ? 0 : 1)),
        new("vstack", c => Concat(c, c.Tensors(0), 0)),
        new("stack", Stack),
        new("chunk", Split),
        new("split", Split),
        new("tensor_split", Split),
        new("unbind", Unbind),
        new("flip", c => c.Set(Flip(c, c.Ints("dims") ?? []))),
        new("fliplr", c => c.Set(Flip(c, [1]))),
        new("flipud", c => c.Set(Flip(c, [0]))),
        new("roll", Roll),
        new("pad", Pad),
        new("pixel_shuffle", c => c.Set(c.Node("DepthToSpace", [c.Tensor(0)], ("blocksize", c.Int("upscale_factor")), ("mode", "CRD")))),
        new("pixel_unshuffle", PixelUnshuffle),
        new("channel_shuffle", ChannelShuffle),
        new("meshgrid", MeshGrid),
    ];

    private static void Reshape(LoweringContext c)
    {
        SizeExpression[] from = c.Traced(0).Sizes;
        SizeExpression[] to = c.Result(0).Sizes;
        bool isSame = from.SequenceEqual(to);
        c.Set(isSame ? c.Tensor(0) : c.ReshapeToResult(c.Tensor(0)));
    }

    private static void Squeeze(LoweringContext c)
    {
        if (c.Rank(0) == c.ResultRank())
        {
            c.Set(c.Tensor(0));
            return;
        }

        long[] axes = c.Has("dim")
            ? [c.Int("dim")]
            : [.. c.Traced(0).Shape.Select((size, axis) => (size, axis)).Where(d => d.size == 1).Select(d => (long)d.axis)];
        c.Set(c.Node("Squeeze", [c.Tensor(0), c.Vector(axes)]));
    }

    private static void Transpose(LoweringContext c, long[] order) =>
        c.Set(c.Node("Transpose", [c.Tensor(0)], ("perm", Array.ConvertAll(order, axis => (long)LoweringContext.Axis(axis, c.Rank(0))))));

    private static void Swap(LoweringContext c, long first, long second)
    {
        long[] order = [.. Enumerable.Range(0, c.Rank(0)).Select(i => (long)i)];
        int a = LoweringContext.Axis(first, order.Length);
        int b = LoweringContext.Axis(second, order.Length);
        (order[a], order[b]) = (order[b], order[a]);
        Transpose(c, order);
    }

    private static void SwapLast(LoweringContext c) => c.Set(LinearAlgebraLowerings.SwapLastAxes(c, c.Tensor(0), c.Rank(0)));

    private static void MoveAxes(LoweringContext c)
    {
        int rank = c.Rank(0);
        int[] sources = Array.ConvertAll(c.Ints("source") ?? [], axis => LoweringContext.Axis(axis, rank));
        int[] targets = Array.ConvertAll(c.Ints("destination") ?? [], axis => LoweringContext.Axis(axis, rank));
        Queue<int> others = new(Enumerable.Range(0, rank).Except(sources));
        long[] order = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            int moved = Array.IndexOf(targets, i);
            order[i] = moved >= 0 ? sources[moved] : others.Dequeue();
        }

        Transpose(c, order);
    }

    private static void Expand(LoweringContext c) =>
        c.Set(c.Traced(0).Sizes.SequenceEqual(c.Result(0).Sizes) ? c.Tensor(0) : c.Node("Expand", [c.Tensor(0), c.ResultShape()]));

    private static void Repeat(LoweringContext c)
    {
        SizeExpression[] repeats = LoweringContext.SizesOf(c.Find("sizes", "dims", "reps", "repeats")) ?? throw LoweringContext.Unsupported("repeats are missing");
        int rank = c.ResultRank();
        Value x = c.Tensor(0);
        if (c.Rank(0) < rank)
            x = c.Node("Unsqueeze", [x, c.Vector([.. Enumerable.Range(0, rank - c.Rank(0)).Select(i => (long)i)])]);
        // tile() allows fewer repeats than axes.
        SizeExpression[] all = [.. Enumerable.Repeat(SizeExpression.Constant(1), rank - repeats.Length), .. repeats];
        c.Set(c.Node("Tile", [x, c.SizeVector(all)]));
    }

    private static void RepeatInterleave(LoweringContext c)
    {
        long repeats = c.Int("repeats");
        Value x = c.Tensor(0);
        int rank = c.Rank(0);
        if (!c.Has("dim"))
        {
            x = c.Node("Reshape", [x, c.Vector(-1)]);
            rank = 1;
        }

        int axis = LoweringContext.Axis(c.Int("dim", 0), rank);
        long[] tiles = [.. Enumerable.Repeat(1L, rank + 1)];
        tiles[axis + 1] = repeats;
        Value repeated = c.Node("Tile", [c.Node("Unsqueeze", [x, c.Vector(axis + 1)]), c.Vector(tiles)]);
        c.Set(c.ReshapeToResult(repeated));
    }

    private static void Concat(LoweringContext c, Value[] values, long axis)
    {
        Value[] cast = Array.ConvertAll(values, value => c.Cast(value, c.ResultType()));
        c.Set(cast.Length == 1 ? cast[0] : c.Node("Concat", cast, ("axis", axis)));
    }

    private static void Stack(LoweringContext c)
    {
        int axis = LoweringContext.Axis(c.Int("dim", 0), c.ResultRank());
        Concat(c, Array.ConvertAll(c.Tensors(0), value => c.Node("Unsqueeze", [value, c.Vector(axis)])), axis);
    }

    private static void Split(LoweringContext c)
    {
        int count = c.ResultCount;
        int axis = LoweringContext.Axis(c.Int(["dim", "dimension"], 0), c.Rank(0));
        if (count == 1)
        {
            c.Set(c.Tensor(0));
            return;
        }

        Value sizes = c.SizeVector([.. Enumerable.Range(0, count).Select(i => c.Result(i).Sizes[axis])]);
        c.Set(c.Nodes("Split", [c.Tensor(0), sizes], count, ("axis", axis)));
    }

    private static void Unbind(LoweringContext c)
    {
        int axis = LoweringContext.Axis(c.Int(["dim", "dimension"], 0), c.Rank(0));
        for (int i = 0; i < c.ResultCount; i++)
            c.Set(c.Node("Gather", [c.Tensor(0), c.Constant(Tensor.Scalar((long)i))], ("axis", axis)), i);
    }

    private static Value Flip(LoweringContext c, long[] axes)
    {
        long[] Repeat(long value) => [.. Enumerable.Repeat(value, axes.Length)];
        return c.Node("Slice", [c.Tensor(0), c.Vector(Repeat(-1)), c.Vector(Repeat(long.MinValue)), c.Vector(axes), c.Vector(Repeat(-1))]);
    }

    private static void Roll(LoweringContext c)
    {
        long[] shifts = c.Ints("shifts") ?? [];
        long[]? dims = c.Ints("dims");
        Value x = dims is { Length: > 0 } ? c.Tensor(0) : c.Node("Reshape", [c.Tensor(0), c.Vector(-1)]);
        dims = dims is { Length: > 0 } ? dims : [0];
        for (int i = 0; i < shifts.Length; i++)
        {
            if (shifts[i] == 0)
                continue;
            // Negative ends count from the back, so the size need not be known; a shift beyond it does.
            int axis = LoweringContext.Axis(dims[i], Math.Max(c.Rank(0), 1));
            long shift = shifts[i];
            if (c.Has("dims") && c.Traced(0).Sizes[axis] is { IsConstant: true } size)
                shift = ((shift % size.Offset) + size.Offset) % size.Offset;
            Value split = c.Vector(-shift);
            Value tail = c.Node("Slice", [x, split, c.Vector(long.MaxValue), c.Vector(dims[i])]);
            Value head = c.Node("Slice", [x, c.Vector(0), split, c.Vector(dims[i])]);
            x = shift == 0 ? x : c.Node("Concat", [tail, head], ("axis", dims[i]));
        }

        c.Set(c.ReshapeToResult(x));
    }

    private static void Pad(LoweringContext c)
    {
        long[] pad = c.Ints("pad", "padding") ?? [];
        int rank = c.Rank(0);
        string mode = c.Text("mode") switch
        {
            null or "Constant" or "Zeros" => "constant",
            "Reflect" => "reflect",
            "Replicate" => "edge",
            "Circular" => "wrap",
            string other => throw LoweringContext.Unsupported($"padding mode {other}"),
        };
        // TorchSharp pads all axes by one number; PyTorch lists pairs from the last axis backwards.
        if (pad.Length == 1)
            pad = [.. Enumerable.Repeat(pad[0], 2 * rank)];
        long[] pads = new long[2 * rank];
        for (int i = 0; i < pad.Length / 2; i++)
        {
            pads[rank - 1 - i] = pad[2 * i];
            pads[(2 * rank) - 1 - i] = pad[(2 * i) + 1];
        }

        Value? fill = mode == "constant" ? c.Scalar(c.Double("value", 0), c.ResultType()) : null;
        c.Set(c.Node("Pad", fill is null ? [c.Tensor(0), c.Vector(pads)] : [c.Tensor(0), c.Vector(pads), fill], ("mode", mode)));
    }

    private static void PixelUnshuffle(LoweringContext c)
    {
        // SpaceToDepth puts the block before the channels; PyTorch puts it after: split the channels, turn, merge.
        long factor = c.Int("downscale_factor");
        long channels = c.FixedSize(0, 1);
        long height = c.FixedSize(0, 2);
        long width = c.FixedSize(0, 3);
        Value blocks = c.Node("Reshape", [c.Tensor(0), c.Vector(-1, channels, height / factor, factor, width / factor, factor)]);
        Value turned = c.Node("Transpose", [blocks], ("perm", (long[])[0, 1, 3, 5, 2, 4]));
        c.Set(c.ReshapeToResult(turned));
    }

    private static void ChannelShuffle(LoweringContext c)
    {
        long groups = c.Int("groups");
        long channels = c.FixedSize(0, 1);
        int rank = c.Rank(0);
        List<SizeExpression> split = [.. c.Traced(0).Sizes];
        split[1] = SizeExpression.Constant(groups);
        split.Insert(2, SizeExpression.Constant(channels / groups));
        long[] order = [.. Enumerable.Range(0, rank + 1).Select(i => (long)i)];
        (order[1], order[2]) = (2, 1);
        Value turned = c.Node("Transpose", [c.Node("Reshape", [c.Tensor(0), c.SizeVector(split)])], ("perm", order));
        c.Set(c.ReshapeToResult(turned));
    }

    private static void MeshGrid(LoweringContext c)
    {
        Value[] axes = c.Tensors(0);
        bool isMatrixOrder = c.Text("indexing") is null or "ij";
        if (!isMatrixOrder && axes.Length != 2)
            throw LoweringContext.Unsupported("indexing 'xy' of other than two tensors");
        for (int i = 0; i < axes.Length; i++)
        {
            int own = isMatrixOrder ? i : 1 - i;
            long[] others = [.. Enumerable.Range(0, axes.Length).Where(axis => axis != own).Select(axis => (long)axis)];
            c.Set(c.Node("Expand", [c.Node("Unsqueeze", [axes[i], c.Vector(others)]), c.ResultShape(i)]), i);
        }
    }
}
