using Hone.Graphs;

namespace Hone.Operators.Recurrent;

/// <summary>A gated recurrent unit.</summary>
/// <remarks>
/// ONNX operator <c>GRU</c>, opset 7 (14 adds <c>layout</c>, 22 bfloat16). Inputs as <see cref="Lstm"/> with 3 gates in the order update, reset, hidden,
/// without initial_c and P; outputs Y and Y_h. Attributes as <see cref="Lstm"/>, activations (Sigmoid, Tanh), and <c>linear_before_reset</c> (0): whether
/// the reset gate multiplies the hidden state after its product with the weights, as PyTorch does, or before. Computes in float64.
/// </remarks>
internal sealed class Gru : RecurrentOperator
{
    public override string Name => "GRU";

    public override int SinceVersion => 7;

    public override (int Minimum, int Maximum) InputCount => (3, 6);

    public override (int Minimum, int Maximum) OutputCount => (0, 2);

    protected override int GateCount => 3;

    protected override string[] DefaultActivations => ["Sigmoid", "Tanh"];

    protected override void Advance(Node node, RecurrentStep step)
    {
        bool resetsAfterProduct = node.Attributes.GetBool("linear_before_reset");
        double[] update = Gate(step, 0);
        double[] reset = Gate(step, 1);
        if (!resetsAfterProduct)
        {
            double[] kept = new double[reset.Length];
            for (int i = 0; i < kept.Length; i++)
                kept[i] = reset[i] * step.Hidden[i];
            step.ProjectHidden(kept);
        }

        int size = step.HiddenSize;
        for (int i = 0; i < update.Length; i++)
        {
            (int entry, int element) = Math.DivRem(i, size);
            if (!step.IsActive[entry])
                continue;
            int sum = (entry * 3 + 2) * size + element;
            double recurrent = resetsAfterProduct ? reset[i] * step.HiddenSums[sum] : step.HiddenSums[sum];
            double candidate = step.Activate(1, step.InputSums[sum] + recurrent);
            step.Hidden[i] = (1 - update[i]) * candidate + update[i] * step.Hidden[i];
        }
    }

    /// <summary>A gate of all sequences <c>[batch, hidden]</c>.</summary>
    private static double[] Gate(RecurrentStep step, int gate)
    {
        double[] values = new double[step.Hidden.Length];
        for (int i = 0; i < values.Length; i++)
        {
            (int entry, int element) = Math.DivRem(i, step.HiddenSize);
            int sum = (entry * 3 + gate) * step.HiddenSize + element;
            values[i] = step.Activate(0, step.InputSums[sum] + step.HiddenSums[sum]);
        }

        return values;
    }
}
