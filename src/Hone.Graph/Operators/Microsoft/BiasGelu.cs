using Hone.Graphs;
using Hone.Operators.Elementwise;

namespace Hone.Operators.Microsoft;

/// <summary>The Gaussian error linear unit of a sum.</summary>
/// <remarks>ONNX Runtime operator <c>com.microsoft.BiasGelu</c>, version 1; inputs and output as <see cref="BiasedActivation"/>.</remarks>
internal sealed class BiasGelu : BiasedActivation
{
    public override string Name => "BiasGelu";

    public override (int Minimum, int Maximum) InputCount => (2, 2);

    protected override double Activate(AttributeMap attributes, double value) => Activations.Gelu(value);
}
