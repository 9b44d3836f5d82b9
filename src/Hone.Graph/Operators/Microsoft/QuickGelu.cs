using Hone.Graphs;
using Hone.Operators.Elementwise;

namespace Hone.Operators.Microsoft;

/// <summary><c>x · sigmoid(alpha · x)</c>.</summary>
/// <remarks>ONNX Runtime operator <c>com.microsoft.QuickGelu</c>, version 1; input and output of one floating-point type and shape. Attribute <c>alpha</c> (1.702).</remarks>
internal sealed class QuickGelu : BiasedActivation
{
    public override string Name => "QuickGelu";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    protected override double Activate(AttributeMap attributes, double value) => value * Activations.Sigmoid(attributes.GetFloat("alpha", 1.702f) * value);
}
