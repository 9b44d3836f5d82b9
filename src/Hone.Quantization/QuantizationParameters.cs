using Hone.Tensors;

namespace Hone.Quantization;

/// <summary>How the codes of one tensor stand for real numbers: <c>(code - zero point) * scale</c>.</summary>
/// <param name="DataType">Integer type of the codes, at most 16 bits wide.</param>
/// <param name="Scales">One for the tensor, or one for each index along <paramref name="Axis"/>; positive and finite.</param>
/// <param name="ZeroPoints">As many as scales; in the range of the type.</param>
/// <param name="Axis">The axis with a scale of its own for each index, from the front; null for one scale.</param>
public sealed record QuantizationParameters(DataType DataType, float[] Scales, int[] ZeroPoints, int? Axis = null)
{
    /// <value>The scale of a tensor that has one.</value>
    public float Scale => Scales[0];

    /// <value>The zero point of a tensor that has one.</value>
    public int ZeroPoint => ZeroPoints[0];

    /// <summary>The scales as a constant of a graph: a scalar, or one-dimensional.</summary>
    public Tensor ScaleTensor() => Axis is null ? Tensor.Scalar(Scale) : Tensor.Vector<float>(Scales);

    /// <summary>The zero points as a constant of a graph: a scalar, or one-dimensional.</summary>
    public Tensor ZeroPointTensor()
    {
        TensorShape shape = Axis is null ? TensorShape.Scalar : new TensorShape(ZeroPoints.Length);
        return Codes.ToTensor(ZeroPoints, DataType, shape);
    }
}
