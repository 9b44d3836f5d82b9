using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The angle in -π/2..π/2 whose sine is x.</summary>
/// <remarks>ONNX operator <c>Asin</c>, opset 7 and up.</remarks>
internal sealed class Asin : RealUnaryOperator
{
    public override string Name => "Asin";

    public override int SinceVersion => 7;

    protected override Func<double, double> Function(AttributeMap attributes) => Math.Asin;
}
