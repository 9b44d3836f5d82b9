using Hone.Graphs;

namespace Hone.Operators.Recurrent;

/// <summary>A long short-term memory.</summary>
/// <remarks>
/// ONNX operator <c>LSTM</c>, opset 7 (14 adds <c>layout</c>, 22 bfloat16). Inputs X <c>[time, batch, size]</c>, W <c>[directions, 4 · hidden, size]</c>, R
/// <c>[directions, 4 · hidden, hidden]</c>, optional B <c>[directions, 8 · hidden]</c>, sequence_lens int32 <c>[batch]</c>, initial_h and initial_c
/// <c>[directions, batch, hidden]</c>, peepholes P <c>[directions, 3 · hidden]</c>; gates in the order input, output, forget, cell, peepholes input,
/// output, forget. Outputs, each optional: Y <c>[time, directions, batch, hidden]</c>, Y_h and Y_c <c>[directions, batch, hidden]</c>. With <c>layout</c> 1
/// the batch comes first. Attributes <c>activations</c> (Sigmoid, Tanh, Tanh), <c>activation_alpha</c>, <c>activation_beta</c>, <c>clip</c> (none),
/// <c>direction</c> (forward), <c>hidden_size</c>, <c>input_forget</c> (0), <c>layout</c> (0). Computes in float64.
/// </remarks>
internal sealed class Lstm : RecurrentOperator
{
    public override string Name => "LSTM";

    public override int SinceVersion => 7;

    public override (int Minimum, int Maximum) InputCount => (3, 8);

    public override (int Minimum, int Maximum) OutputCount => (0, 3);

    protected override int GateCount => 4;

    protected override string[] DefaultActivations => ["Sigmoid", "Tanh", "Tanh"];

    protected override bool HasCell => true;

    protected override void Advance(Node node, RecurrentStep step) => LstmCell.Advance(node, step);
}
