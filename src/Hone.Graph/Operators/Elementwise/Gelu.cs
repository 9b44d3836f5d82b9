using Hone.Graphs;

namespace Hone.Operators.Elementwise;

/// <summary>The Gaussian error linear unit: x times the probability that a normal variable is below x.</summary>
/// <remarks>ONNX operator <c>Gelu</c>, opset 20 and up. Attribute approximate: <c>none</c> (default) or <c>tanh</c>.</remarks>
internal sealed class Gelu : RealUnaryOperator
{
    public override string Name => "Gelu";

    public override int SinceVersion => 20;

    protected override Func<double, double> Function(AttributeMap attributes)
    {
        string approximate = attributes.GetString("approximate", "none");
        return approximate switch
        {
            "none" => Activations.Gelu,
            "tanh" => Activations.GeluTanh,
            _ => throw new HoneException($"The attribute 'approximate' is '{approximate}', expected 'none' or 'tanh'."),
        };
    }
}
