using Hone.Graphs;

namespace Hone.Runtime.Lowering.Attention;

/// <summary>The inputs of a rotary embedding; the standard operator and ONNX Runtime's have them in different orders.</summary>
internal readonly record struct RotaryInputs(Value X, Value Cosine, Value Sine, Value? Positions)
{
    internal static RotaryInputs Of(Node node) => node.Operator.Domain.Length > 0
        ? new RotaryInputs(node.Inputs[0]!, node.Inputs[2]!, node.Inputs[3]!, node.Inputs[1])
        : new RotaryInputs(node.Inputs[0]!, node.Inputs[1]!, node.Inputs[2]!, node.Input(3));
}
