using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Passes;

/// <summary>Reads constants as float64 for arithmetic on weights, and writes results back in the type of the weights.</summary>
public static class FloatConstants
{
    /// <summary>The elements of a floating-point constant in row-major order, as a copy; null for everything else.</summary>
    public static double[]? Read(Value? value)
    {
        if (value?.Constant is not { } tensor || !tensor.DataType.IsFloatingPoint())
            return null;
        return tensor.DataType == DataType.Float64 ? tensor.AsSpan<double>().ToArray() : Array.ConvertAll(tensor.ToSingleArray(), x => (double)x);
    }

    /// <summary>A tensor of a floating-point type, each element rounded once.</summary>
    public static Tensor Write(DataType dataType, TensorShape shape, double[] elements)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return dataType switch
        {
            DataType.Float64 => Tensor.Create(elements, shape.Dimensions),
            DataType.Float16 => Tensor.Create(Array.ConvertAll(elements, x => (Half)x), shape.Dimensions),
            DataType.BFloat16 => Tensor.Create(Array.ConvertAll(elements, x => (BFloat16)(float)x), shape.Dimensions),
            _ => Tensor.Create(Array.ConvertAll(elements, x => (float)x), shape.Dimensions),
        };
    }

    /// <summary>
    /// A constant that a binary operator broadcasts along every axis of a value but one, as one number per place on that axis; null when it varies
    /// along another axis, or would make the value larger.
    /// </summary>
    /// <param name="constant">The constant operand.</param>
    /// <param name="rank">Rank of the value.</param>
    /// <param name="axis">The axis along which the constant may vary.</param>
    /// <param name="count">Size of that axis.</param>
    internal static double[]? ReadPerChannel(Value? constant, int rank, int axis, int count)
    {
        if (constant?.Constant is not { } tensor || tensor.Shape.Rank > rank || Read(constant) is not { } elements)
            return null;
        if (elements.Length == 1)
            return [.. Enumerable.Repeat(elements[0], count)];
        int axisInConstant = axis - (rank - tensor.Shape.Rank);
        return elements.Length == count && axisInConstant >= 0 && tensor.Shape[axisInConstant] == count ? elements : null;
    }
}
