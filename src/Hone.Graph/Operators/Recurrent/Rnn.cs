using Hone.Graphs;

namespace Hone.Operators.Recurrent;

/// <summary>A plain recurrent network.</summary>
/// <remarks>
/// ONNX operator <c>RNN</c>, opset 7 (14 adds <c>layout</c>, 22 bfloat16). Inputs as <see cref="Lstm"/> with 1 gate, without initial_c and P; outputs Y and
/// Y_h. Attributes as <see cref="Lstm"/>, activations (Tanh). Computes in float64.
/// </remarks>
internal sealed class Rnn : RecurrentOperator
{
    public override string Name => "RNN";

    public override int SinceVersion => 7;

    public override (int Minimum, int Maximum) InputCount => (3, 6);

    public override (int Minimum, int Maximum) OutputCount => (0, 2);

    protected override int GateCount => 1;

    protected override string[] DefaultActivations => ["Tanh"];

    protected override void Advance(Node node, RecurrentStep step)
    {
        for (int i = 0; i < step.Hidden.Length; i++)
        {
            if (step.IsActive[i / step.HiddenSize])
                step.Hidden[i] = step.Activate(0, step.InputSums[i] + step.HiddenSums[i]);
        }
    }
}
