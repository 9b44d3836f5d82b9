using Hone.Graphs;

namespace Hone.Operators.Recurrent;

/// <summary>One step of a long short-term memory; gates in the order input, output, forget, cell.</summary>
internal static class LstmCell
{
    /// <summary>Replaces hidden and cell states of the running sequences.</summary>
    public static void Advance(Node node, RecurrentStep step)
    {
        bool couplesForget = node.Attributes.GetBool("input_forget");
        int size = step.HiddenSize;
        for (int entry = 0; entry < step.Batch; entry++)
        {
            if (!step.IsActive[entry])
                continue;
            for (int i = 0; i < size; i++)
            {
                double Sum(int gate) => step.InputSums[(entry * 4 + gate) * size + i] + step.HiddenSums[(entry * 4 + gate) * size + i];
                double Peephole(int gate, double cell) => step.Peepholes[gate * size + i] * cell;
                double previous = step.Cell[entry * size + i];
                double input = step.Activate(0, Sum(0) + Peephole(0, previous));
                double forget = couplesForget ? 1 - input : step.Activate(0, Sum(2) + Peephole(2, previous));
                double cell = forget * previous + input * step.Activate(1, Sum(3));
                double output = step.Activate(0, Sum(1) + Peephole(1, cell));
                step.Cell[entry * size + i] = cell;
                step.Hidden[entry * size + i] = output * step.Activations[2].Function(cell);
            }
        }
    }
}
