using Hone.Graphs;

namespace Hone.Operators.Shapes;

/// <summary>
/// How <c>Resize</c> resamples one axis: for each place of the output, the place of the input, and the elements around it with their weights.
/// </summary>
/// <remarks>
/// Formulas of the ONNX operator. Attribute coordinate_transformation_mode: <c>half_pixel</c> (default), <c>half_pixel_symmetric</c>,
/// <c>pytorch_half_pixel</c>, <c>align_corners</c>, <c>asymmetric</c> or <c>tf_crop_and_resize</c>. Attribute mode: <c>nearest</c> (default),
/// with nearest_mode <c>round_prefer_floor</c> (default), <c>round_prefer_ceil</c>, <c>floor</c> or <c>ceil</c>; <c>linear</c>; <c>cubic</c>,
/// with cubic_coeff_a (-0.75). Elements outside are the border's, or left out (exclude_outside, 0). Attribute antialias (0) widens the kernel
/// when the axis shrinks.
/// </remarks>
internal sealed class ResizeAxis
{
    private readonly AttributeMap _attributes;
    private readonly string _transformation;
    private readonly string _mode;
    private readonly long _inputLength;
    private readonly double _scale;
    private readonly (double Start, double End) _part;

    /// <summary>Describes the resampling of an axis.</summary>
    /// <param name="attributes">The node's attributes.</param>
    /// <param name="axis">Which axis.</param>
    /// <param name="inputLength">Its length in the input.</param>
    /// <param name="length">Its length in the output.</param>
    /// <param name="scale">The factor, which need not be the quotient of the lengths.</param>
    /// <param name="part">What <c>tf_crop_and_resize</c> takes of the input; 0 is its start, 1 its end.</param>
    /// <exception cref="HoneException">A mode is not known.</exception>
    internal ResizeAxis(AttributeMap attributes, int axis, long inputLength, long length, double scale, (double Start, double End) part)
    {
        _attributes = attributes;
        _transformation = attributes.GetString("coordinate_transformation_mode", "half_pixel");
        _mode = attributes.GetString("mode", "nearest");
        _inputLength = inputLength;
        _scale = scale;
        _part = part;
        Axis = axis;
        Length = (int)length;
        if (_mode is not ("nearest" or "linear" or "cubic"))
            throw new HoneException($"The mode '{_mode}' is not known.");
    }

    /// <value>Which axis.</value>
    internal int Axis { get; }

    /// <value>Its length in the output.</value>
    internal int Length { get; }

    /// <value>Whether every element stays where it is.</value>
    internal bool IsIdentity => _scale == 1 && Length == _inputLength && _transformation != "tf_crop_and_resize";

    /// <summary>Whether a place lies outside the input and takes the extrapolation value.</summary>
    internal bool IsOutside(int place) => _transformation == "tf_crop_and_resize" && (Source(place) < 0 || Source(place) > _inputLength - 1);

    /// <summary>The input's element for each place of the output, for mode <c>nearest</c>.</summary>
    internal int[] Nearest()
    {
        string rounding = _attributes.GetString("nearest_mode", "round_prefer_floor");
        int[] indices = new int[Length];
        for (int place = 0; place < indices.Length; place++)
        {
            double source = Source(place);
            double index = rounding switch
            {
                "round_prefer_floor" => Math.Ceiling(source - 0.5),
                "round_prefer_ceil" => Math.Floor(source + 0.5),
                "floor" => Math.Floor(source),
                "ceil" => Math.Ceiling(source),
                _ => throw new HoneException($"The nearest_mode '{rounding}' is not known."),
            };
            indices[place] = (int)Math.Clamp(index, 0, _inputLength - 1);
        }

        return indices;
    }

    /// <summary>The input's elements around a place of the output with their weights, for modes <c>linear</c> and <c>cubic</c>.</summary>
    internal (int Index, double Weight)[] Taps(int place)
    {
        bool antialias = _attributes.GetBool("antialias");
        double kernelScale = antialias ? Math.Min(_scale, 1) : 1;
        int radius = _mode == "linear" ? 1 : 2;
        // The input may be much longer than memory allows for the kernel of a tiny scale: elements beyond the borders are cut off below.
        double source = Source(place);
        double left = Math.Floor(source);
        long first = (long)Math.Max(left + Math.Floor(-radius / kernelScale) + 1, -_inputLength - 2);
        long last = (long)Math.Min(left - Math.Floor(-radius / kernelScale), (2 * _inputLength) + 2);
        bool excludeOutside = _attributes.GetBool("exclude_outside");
        List<(int Index, double Weight)> taps = [];
        double sum = 0;
        for (long index = first; index <= last; index++)
        {
            double weight = Kernel((index - source) * kernelScale);
            if (weight == 0 || (excludeOutside && (index < 0 || index >= _inputLength)))
                continue;
            taps.Add(((int)Math.Clamp(index, 0, _inputLength - 1), weight));
            sum += weight;
        }

        return antialias || excludeOutside ? [.. taps.Select(t => (t.Index, t.Weight / sum))] : [.. taps];
    }

    /// <summary>The place of the input that a place of the output shows.</summary>
    private double Source(int place)
    {
        double length = _scale * _inputLength;
        switch (_transformation)
        {
            case "half_pixel":
                return ((place + 0.5) / _scale) - 0.5;
            case "half_pixel_symmetric":
                return ((_inputLength / 2.0) * (1 - (Length / length))) + ((place + 0.5) / _scale) - 0.5;
            case "pytorch_half_pixel":
                return Length > 1 ? ((place + 0.5) / _scale) - 0.5 : 0;
            case "align_corners":
                return Length > 1 ? place * (_inputLength - 1) / (length - 1) : 0;
            case "asymmetric":
                return place / _scale;
            case "tf_crop_and_resize":
                return Length > 1
                    ? (_part.Start * (_inputLength - 1)) + (place * (_part.End - _part.Start) * (_inputLength - 1) / (length - 1))
                    : 0.5 * (_part.Start + _part.End) * (_inputLength - 1);
            default:
                throw new HoneException($"The coordinate_transformation_mode '{_transformation}' is not known.");
        }
    }

    /// <summary>The triangle, or the cubic convolution kernel of R. Keys (1981) with parameter a.</summary>
    private double Kernel(double distance)
    {
        double x = Math.Abs(distance);
        if (_mode == "linear")
            return Math.Max(0, 1 - x);
        double a = _attributes.GetFloat("cubic_coeff_a", -0.75f);
        if (x <= 1)
            return ((((a + 2) * x) - (a + 3)) * x * x) + 1;
        return x < 2 ? ((((((x - 5) * x) + 8) * x) - 4) * a) : 0;
    }
}
