using Hone.Graphs;
using Hone.Operators.Elementwise;

namespace Hone.Operators.Microsoft;

/// <summary>The Gaussian error linear unit.</summary>
/// <remarks>ONNX Runtime operator <c>com.microsoft.Gelu</c>, version 1; input and output of one floating-point type and shape.</remarks>
internal sealed class Gelu : BiasedActivation
{
    public override string Name => "Gelu";

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    protected override double Activate(AttributeMap attributes, double value) => Activations.Gelu(value);
}
