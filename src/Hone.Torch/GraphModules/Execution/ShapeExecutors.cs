using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Operators that move elements without computing on them.</summary>
internal static class ShapeExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["Concat"] = call => [cat(call.Inputs(), call.Attributes.RequireInt("axis"))],
        ["ConstantOfShape"] = ConstantOfShape,
        ["DepthToSpace"] = DepthToSpace,
        ["Expand"] = call => [Expand(call.Input(0), call.Integers(1)!)],
        ["Flatten"] = Flatten,
        ["Pad"] = Pad,
        ["Range"] = call => [arange(call.Input(0).ToScalar(), call.Input(1).ToScalar(), call.Input(2).ToScalar(), call.Input(0).dtype)],
        ["Reshape"] = Reshape,
        ["Resize"] = Resize,
        ["Shape"] = Shape,
        ["Size"] = call => [tensor(call.Input(0).numel())],
        ["Slice"] = Slice,
        ["SpaceToDepth"] = SpaceToDepth,
        ["Split"] = Split,
        ["Squeeze"] = Squeeze,
        ["Tile"] = call => [call.Input(0).repeat(call.Integers(1)!)],
        ["Transpose"] = call => [call.Input(0).permute(call.Attributes.GetInts("perm") ?? [.. Enumerable.Range(0, (int)call.Input(0).dim()).Reverse().Select(i => (long)i)])],
        ["Trilu"] = call => [call.Attributes.GetBool("upper", true) ? triu(call.Input(0), call.Integers(1)?[0] ?? 0) : tril(call.Input(0), call.Integers(1)?[0] ?? 0)],
        ["Unsqueeze"] = Unsqueeze,
    };

    private static Tensor Expand(Tensor x, long[] shape)
    {
        long[] result = new long[Math.Max(shape.Length, (int)x.dim())];
        for (int fromEnd = 1; fromEnd <= result.Length; fromEnd++)
        {
            long own = fromEnd <= x.dim() ? x.shape[^fromEnd] : 1;
            long wanted = fromEnd <= shape.Length ? shape[^fromEnd] : 1;
            result[^fromEnd] = wanted == 1 ? own : wanted;
        }

        return x.expand(result);
    }

    private static Tensor[] ConstantOfShape(NodeCall call)
    {
        Tensor value = call.Attributes.GetTensor("value") is { } tensor ? tensor.ToTorch() : zeros(1);
        return [value.reshape([]).expand(call.Integers(0)!).clone()];
    }

    private static Tensor[] DepthToSpace(NodeCall call)
    {
        Tensor x = call.Input(0);
        long block = call.Attributes.RequireInt("blocksize");
        if (call.Attributes.GetString("mode", "DCR") == "CRD")
            return [functional.pixel_shuffle(x, block)];
        long[] shape = x.shape;
        return [x.reshape(shape[0], block, block, shape[1] / (block * block), shape[2], shape[3]).permute(0, 3, 4, 1, 5, 2)
            .reshape(shape[0], shape[1] / (block * block), shape[2] * block, shape[3] * block)];
    }

    private static Tensor[] Flatten(NodeCall call)
    {
        Tensor x = call.Input(0);
        long axis = call.Attributes.GetInt("axis", 1);
        int first = (int)(axis < 0 ? axis + x.dim() : axis);
        return [x.reshape(x.shape[..first].Aggregate(1L, (a, b) => a * b), first == 0 || x.numel() == 0 ? x.shape[first..].Aggregate(1L, (a, b) => a * b) : -1)];
    }

    private static Tensor[] Pad(NodeCall call)
    {
        Tensor x = call.Input(0);
        long[] pads = call.Integers(1)!;
        if (call.Integers(3) is { } axes)
            pads = SpreadOverAllAxes(pads, axes, (int)x.dim());
        PaddingModes mode = call.Attributes.GetString("mode", "constant") switch
        {
            "constant" => PaddingModes.Constant,
            "reflect" => PaddingModes.Reflect,
            "edge" => PaddingModes.Replicate,
            "wrap" => PaddingModes.Circular,
            string other => throw call.Error($"the padding mode '{other}' is not known."),
        };
        long[] ordered = SpatialPadding.LastDimensionFirst(pads);
        // Modes other than constant take the spatial dimensions only.
        int used = mode == PaddingModes.Constant ? ordered.Length : ordered.Length - 4;
        return [functional.pad(x, ordered[..Math.Max(used, 2)], mode, call.Floats(2)?[0] ?? 0)];
    }

    private static long[] SpreadOverAllAxes(long[] pads, long[] axes, int rank)
    {
        long[] result = new long[2 * rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = (int)(axes[i] < 0 ? axes[i] + rank : axes[i]);
            result[axis] = pads[i];
            result[axis + rank] = pads[i + axes.Length];
        }

        return result;
    }

    private static Tensor[] Reshape(NodeCall call)
    {
        Tensor x = call.Input(0);
        long[] shape = call.Integers(1)!;
        if (!call.Attributes.GetBool("allowzero"))
        {
            for (int i = 0; i < shape.Length; i++)
                shape[i] = shape[i] == 0 ? x.shape[i] : shape[i];
        }

        return [x.reshape(shape)];
    }

    private static Tensor[] Resize(NodeCall call)
    {
        Tensor x = call.Input(0);
        if (x.dim() != 4)
            throw call.Error("only images [N, C, H, W] can be resized on libtorch.");
        long[]? size = call.Integers(3)?[2..] ?? call.Floats(2)?.Skip(2).Select((s, i) => (long)Math.Floor(s * x.shape[i + 2])).ToArray();
        string transform = call.Attributes.GetString("coordinate_transformation_mode", "half_pixel");
        (InterpolationMode mode, bool? alignCorners) = (call.Attributes.GetString("mode", "nearest"), transform) switch
        {
            ("nearest", "asymmetric") when call.Attributes.GetString("nearest_mode", "round_prefer_floor") == "floor" => (InterpolationMode.Nearest, (bool?)null),
            ("linear", "align_corners") => (InterpolationMode.Bilinear, true),
            ("linear", "half_pixel" or "pytorch_half_pixel") => (InterpolationMode.Bilinear, false),
            ("cubic", "align_corners") => (InterpolationMode.Bicubic, true),
            ("cubic", "half_pixel" or "pytorch_half_pixel") => (InterpolationMode.Bicubic, false),
            (string other, _) => throw call.Error($"resizing by {other} with {transform} coordinates cannot be executed on libtorch."),
        };
        return [functional.interpolate(x, size, null, mode, alignCorners, false, false)];
    }

    private static Tensor[] Shape(NodeCall call)
    {
        long[] shape = call.Input(0).shape;
        int Place(string name, int defaultValue)
        {
            long axis = call.Attributes.GetInt(name, defaultValue);
            return (int)Math.Clamp(axis < 0 ? axis + shape.Length : axis, 0, shape.Length);
        }

        int start = Place("start", 0);
        return [tensor(shape[start..Math.Max(start, Place("end", shape.Length))])];
    }

    private static Tensor[] SpaceToDepth(NodeCall call)
    {
        Tensor x = call.Input(0);
        long block = call.Attributes.RequireInt("blocksize");
        (long height, long width) = (x.shape[2] / block, x.shape[3] / block);
        return [x.reshape(x.shape[0], x.shape[1], height, block, width, block).permute(0, 3, 5, 1, 2, 4).reshape(x.shape[0], -1, height, width)];
    }

    private static Tensor[] Slice(NodeCall call)
    {
        Tensor x = call.Input(0);
        long[] starts = call.Integers(1)!;
        long[] ends = call.Integers(2)!;
        long[] axes = call.Integers(3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        long[] steps = call.Integers(4) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        for (int i = 0; i < starts.Length; i++)
            x = Slice(x, axes[i], starts[i], ends[i], steps[i]);
        return [ReferenceEquals(x, call.Input(0)) ? x.alias() : x];
    }

    private static Tensor Slice(Tensor x, long axis, long start, long end, long step)
    {
        if (step > 0)
            return x.slice(axis, start, Math.Min(end, x.shape[axis < 0 ? axis + x.dim() : axis]), step);
        // libtorch has no negative steps: take the elements by their indices.
        long size = x.shape[axis < 0 ? axis + x.dim() : axis];
        long first = Math.Clamp(start < 0 ? start + size : start, -1, size - 1);
        long last = end < -size ? -1 : end < 0 ? end + size : Math.Min(end, size);
        List<long> indices = [];
        for (long i = first; i > last; i += step)
            indices.Add(i);
        return x.index_select(axis, tensor(indices.ToArray()));
    }

    private static Tensor[] Split(NodeCall call)
    {
        Tensor x = call.Input(0);
        long axis = call.Attributes.GetInt("axis", 0);
        if (call.Integers(1) is { } sizes)
            return x.split(sizes, axis);
        long parts = call.Attributes.GetInt("num_outputs", call.Node.Outputs.Count);
        long size = x.shape[axis < 0 ? axis + x.dim() : axis];
        long part = (size + parts - 1) / parts;
        return x.split([.. Enumerable.Range(0, (int)parts).Select(i => Math.Min(part, size - (i * part)))], axis);
    }

    private static Tensor[] Squeeze(NodeCall call)
    {
        Tensor x = call.Input(0);
        if (call.Integers(1) is not { } axes)
            return [x.squeeze()];
        long[] sorted = [.. axes.Select(a => a < 0 ? a + x.dim() : a).OrderDescending()];
        return [sorted.Aggregate(x.alias(), (t, axis) => t.squeeze(axis))];
    }

    private static Tensor[] Unsqueeze(NodeCall call)
    {
        Tensor x = call.Input(0);
        long[] axes = call.Integers(1)!;
        long rank = x.dim() + axes.Length;
        return [axes.Select(a => a < 0 ? a + rank : a).Order().Aggregate(x.alias(), (t, axis) => t.unsqueeze(axis))];
    }
}
