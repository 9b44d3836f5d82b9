using Hone.Graphs;
using Hone.Operators.Elementwise;

namespace Hone.Operators.Microsoft;

/// <summary>The Gaussian error linear unit, approximated with tanh, of a sum.</summary>
/// <remarks>ONNX Runtime operator <c>com.microsoft.FastGelu</c>, version 1; inputs and output as <see cref="BiasedActivation"/>, the bias optional.</remarks>
internal sealed class FastGelu : BiasedActivation
{
    public override string Name => "FastGelu";

    public override (int Minimum, int Maximum) InputCount => (1, 2);

    protected override double Activate(AttributeMap attributes, double value) => Activations.GeluTanh(value);
}
