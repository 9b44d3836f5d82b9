using Hone.Graphs;
using Hone.Operators.Recurrent;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>A long short-term memory with 8-bit weights, whose inputs and hidden states are quantized by their own range.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.DynamicQuantizeLSTM</c>, version 1. Inputs as <see cref="Lstm"/>, but W <c>[directions, size, 4 · hidden]</c> and R
/// <c>[directions, hidden, 4 · hidden]</c> uint8 or int8; then W_scale, W_zero_point, R_scale, R_zero_point <c>[directions]</c> or
/// <c>[directions, 4 · hidden]</c>. Outputs and attributes as <see cref="Lstm"/>. The whole input is quantized once, the hidden states of all sequences
/// at every step; gates and cells are floating-point.
/// </remarks>
internal sealed class DynamicQuantizeLstm : RecurrentOperator
{
    public override string Name => "DynamicQuantizeLSTM";

    public override string Domain => "com.microsoft";

    public override (int Minimum, int Maximum) InputCount => (12, 12);

    public override (int Minimum, int Maximum) OutputCount => (0, 3);

    protected override int GateCount => 4;

    protected override string[] DefaultActivations => ["Sigmoid", "Tanh", "Tanh"];

    protected override bool HasCell => true;

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        node.RequireType("X", context.DataType(0), DataType.Float32);
        node.RequireType("W", context.DataType(1), DataType.UInt8, DataType.Int8);
        node.RequireType("R", context.DataType(2), DataType.UInt8, DataType.Int8);
        RecurrentShapes shapes = InferShapes(node, [.. Enumerable.Range(0, node.Inputs.Count).Select(context.Shape)]);
        context.SetOutput(0, context.DataType(0), shapes.Output);
        context.SetOutput(1, context.DataType(0), shapes.State);
        context.SetOutput(2, context.DataType(0), shapes.State);
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x) = (context.Node, context.Input(0));
        RecurrentShapes shapes = InferShapes(
            node, [.. Enumerable.Range(0, context.InputCount).Select(i => context.OptionalInput(i) is { } t ? new SymbolicShape(t.Shape) : null)]);
        int hidden = shapes.FixedHidden(node);
        (int gates, int inputSize) = (4 * hidden, checked((int)x.Shape[2]));
        float[] input = Array.ConvertAll(RecurrentShapes.TimeFirst(node, x), value => (float)value);
        int directions = (int)context.Input(1).Shape[0];
        Run(context, shapes, direction => new QuantizedRecurrentWeights(
            input,
            QuantizedMatrix.Read(context, 1, 8, 9, direction, directions, inputSize, gates),
            QuantizedMatrix.Read(context, 2, 10, 11, direction, directions, hidden, gates)));
    }

    protected override void Advance(Node node, RecurrentStep step) => LstmCell.Advance(node, step);

    protected override RecurrentShapes InferShapes(Node node, SymbolicShape?[] inputs) => RecurrentShapes.Infer(node, GateCount, inputs[..8], transposed: true);
}
