using Hone.Graphs;

namespace Hone.Operators.Windows;

/// <summary>How a window slides over the spatial axes: the attributes that convolutions and poolings share, checked.</summary>
internal sealed class WindowAttributes
{
    /// <summary>Windows are walked axis by axis, recursively; more axes than this are no model but an attack.</summary>
    private const int MostAxes = 8;

    private readonly Node _node;
    private readonly long[] _kernel;
    private readonly long[] _strides;
    private readonly long[] _dilations;
    private readonly long[] _pads;
    private readonly string _autoPad;
    private readonly bool _ceilMode;

    private WindowAttributes(Node node, long[] kernel)
    {
        AttributeMap attributes = node.Attributes;
        int rank = kernel.Length;
        if (rank > MostAxes)
            throw node.Error($"{rank} spatial axes are more than {MostAxes}.");
        _node = node;
        _kernel = Checked(node, "kernel_shape", kernel, rank, minimum: 1);
        _strides = Checked(node, "strides", attributes.GetInts("strides"), rank, minimum: 1);
        _dilations = Checked(node, "dilations", attributes.GetInts("dilations"), rank, minimum: 1);
        _pads = Checked(node, "pads", attributes.GetInts("pads"), 2 * rank, minimum: 0);
        _autoPad = attributes.GetString("auto_pad", "NOTSET");
        _ceilMode = attributes.GetBool("ceil_mode");
        if (_autoPad is not ("NOTSET" or "VALID" or "SAME_UPPER" or "SAME_LOWER"))
            throw node.Error($"auto_pad '{_autoPad}' is not one of NOTSET, VALID, SAME_UPPER, SAME_LOWER.");
    }

    /// <value>Number of spatial axes.</value>
    public int Rank => _kernel.Length;

    /// <value>Whether padding is computed from the sizes so that the output is the input divided by the stride.</value>
    public bool IsSame => _autoPad is "SAME_UPPER" or "SAME_LOWER";

    /// <summary>Reads the attributes of a node with a kernel of the given size.</summary>
    public static WindowAttributes Read(Node node, long[] kernel) => new(node, kernel);

    /// <summary>Reads the attributes of a pooling node, whose kernel is an attribute too.</summary>
    public static WindowAttributes ReadPooling(Node node, int spatialRank)
    {
        long[] kernel = node.Attributes.RequireInts("kernel_shape");
        if (kernel.Length != spatialRank)
            throw node.Error($"kernel_shape has {kernel.Length} entries, the input has {spatialRank} spatial axes.");
        WindowAttributes attributes = new(node, kernel);
        for (int axis = 0; axis < spatialRank; axis++)
        {
            if (Math.Max(attributes._pads[axis], attributes._pads[axis + spatialRank]) >= attributes.Extent(axis))
                throw node.Error($"pads [{string.Join(", ", attributes._pads)}] must be smaller than the kernel [{string.Join(", ", kernel)}] with its dilations.");
        }

        return attributes;
    }

    /// <summary>Size of the taps' reach along an axis: the kernel with its dilation.</summary>
    public long Extent(int axis) => (_kernel[axis] - 1) * _dilations[axis] + 1;

    /// <summary>The stride along an axis.</summary>
    public long Stride(int axis) => _strides[axis];

    /// <summary>Number of windows along an axis, for an input that may be a symbol.</summary>
    public Dimension OutputSize(int axis, Dimension input)
    {
        if (input.IsFixed)
            return Resolve(axis, input.Value).Output;
        long stride = _strides[axis];
        if (IsSame)
            return (input + (stride - 1)) / stride;
        (long begin, long end) = ExplicitPads(axis);
        // floor((input + pads - extent) / stride) + 1, with the 1 drawn inside. Rounding up adds stride - 1 more, unless a window could then
        // start behind the input and be dropped.
        long offset = begin + end - Extent(axis) + stride;
        if (_ceilMode && stride > 1 && _autoPad == "NOTSET")
        {
            if (end + stride > Extent(axis))
                return Dimension.Unknown;
            offset += stride - 1;
        }

        return Shift(input, offset) / stride;
    }

    /// <summary>The geometry of every axis for an input of known spatial sizes.</summary>
    public WindowAxis[] Resolve(ReadOnlySpan<long> spatial)
    {
        WindowAxis[] axes = new WindowAxis[Rank];
        for (int axis = 0; axis < Rank; axis++)
            axes[axis] = Resolve(axis, spatial[axis]);
        return axes;
    }

    /// <summary>Size of a transposed convolution's output along an axis, for an input that is a symbol.</summary>
    public Dimension TransposedSize(int axis, Dimension input, long outputPadding)
    {
        (long begin, long end) = ExplicitPads(axis);
        return Shift(input * _strides[axis], Extent(axis) + outputPadding - begin - end - _strides[axis]);
    }

    /// <summary>The geometry of a transposed convolution: the window slides over its output, and makes its input.</summary>
    /// <param name="axis">Which spatial axis.</param>
    /// <param name="input">Size of the transposed convolution's input.</param>
    /// <param name="outputPadding">What is added to the output's end.</param>
    /// <param name="outputSize">The wanted size of the output, or null where it follows.</param>
    public WindowAxis ResolveTransposed(int axis, long input, long outputPadding, long? outputSize)
    {
        CheckSize(axis, input);
        long full = checked((input - 1) * _strides[axis] + outputPadding + Extent(axis));
        (long begin, long end) = ExplicitPads(axis);
        if (IsSame)
            outputSize ??= input * _strides[axis];
        if (outputSize is { } wanted)
        {
            long total = Math.Max(full - wanted, 0);
            long half = total / 2;
            (begin, end) = _autoPad == "SAME_UPPER" ? (half, total - half) : (total - half, half);
        }

        long output = outputSize ?? full - begin - end;
        if (output is < 1 or > int.MaxValue)
            throw _node.Error($"the spatial axis {axis} of the output would have the size {output}.");
        return new WindowAxis(output, _kernel[axis], _strides[axis], _dilations[axis], begin, end, input);
    }

    private WindowAxis Resolve(int axis, long input)
    {
        CheckSize(axis, input);
        long stride = _strides[axis];
        (long begin, long end) = ExplicitPads(axis);
        long output;
        if (IsSame)
        {
            output = (input + stride - 1) / stride;
            long total = Math.Max((output - 1) * stride + Extent(axis) - input, 0);
            (begin, end) = _autoPad == "SAME_UPPER" ? (total / 2, total - total / 2) : (total - total / 2, total / 2);
        }
        else
        {
            long room = input + begin + end - Extent(axis);
            if (room < 0)
                throw _node.Error($"the kernel reaches over {Extent(axis)} elements of spatial axis {axis}, which has {input} and {begin} + {end} of padding.");
            output = room / stride + 1;
            bool roundsUp = _ceilMode && _autoPad == "NOTSET" && room % stride != 0;
            if (roundsUp && output * stride < input + begin)
                output++;
        }

        if (output is < 1 or > int.MaxValue)
            throw _node.Error($"the spatial axis {axis} of the output would have the size {output}.");
        return new WindowAxis(input, _kernel[axis], stride, _dilations[axis], begin, end, output);
    }

    private static Dimension Shift(Dimension dimension, long offset) => offset >= 0 ? dimension + offset : dimension - -offset;

    private (long Begin, long End) ExplicitPads(int axis) => _autoPad == "NOTSET" ? (_pads[axis], _pads[axis + Rank]) : (0, 0);

    private void CheckSize(int axis, long input)
    {
        if (input is < 1 or > int.MaxValue)
            throw _node.Error($"the spatial axis {axis} of the input has the size {input}.");
    }

    private static long[] Checked(Node node, string name, long[]? values, int count, long minimum)
    {
        if (values is null)
        {
            values = new long[count];
            Array.Fill(values, minimum);
            return values;
        }

        if (values.Length != count)
            throw node.Error($"{name} must have {count} entries, got {values.Length}.");
        foreach (long value in values)
        {
            if (value < minimum || value > int.MaxValue)
                throw node.Error($"{name} holds {value}, which does not lie in {minimum}..{int.MaxValue}.");
        }

        return values;
    }
}
