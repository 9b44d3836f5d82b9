using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Recurrent;

public class RecurrentOnnxRuntimeTests
{
    private const int Time = 5;

    private const int Batch = 3;

    private const int Size = 4;

    private const int Hidden = 6;

    [Theory]
    [InlineData("LSTM", "forward")]
    [InlineData("LSTM", "reverse")]
    [InlineData("LSTM", "bidirectional")]
    [InlineData("GRU", "forward")]
    [InlineData("GRU", "reverse")]
    [InlineData("GRU", "bidirectional")]
    [InlineData("RNN", "forward")]
    [InlineData("RNN", "reverse")]
    [InlineData("RNN", "bidirectional")]
    public void EveryInput_InEveryDirection_Agrees(string operatorName, string direction) =>
        Case(operatorName, direction, lengths: [5, 2, 4]).AgreesWithOnnxRuntime();

    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    [InlineData("RNN")]
    public void Clip_Agrees(string operatorName) =>
        Case(operatorName, "forward", lengths: null, ("clip", 0.3f)).AgreesWithOnnxRuntime();

    [Fact]
    public void Gru_LinearBeforeReset_Agrees() =>
        Case("GRU", "bidirectional", lengths: [1, 5, 3], ("linear_before_reset", 1)).AgreesWithOnnxRuntime();

    [Fact]
    public void Lstm_InputForget_Agrees() =>
        Case("LSTM", "forward", lengths: null, ("input_forget", 1)).AgreesWithOnnxRuntime();

    [Fact]
    public void Lstm_OtherActivationsWithParameters_Agrees() => Case(
        "LSTM", "forward", lengths: null,
        ("activations", new[] { "HardSigmoid", "LeakyRelu", "Softsign" }), ("activation_alpha", new[] { 0.3f, 0.05f }), ("activation_beta", new[] { 0.4f })).AgreesWithOnnxRuntime();

    [Fact]
    public void Gru_OtherActivationsOfTwoDirections_Agrees() => Case(
        "GRU", "bidirectional", lengths: null,
        ("activations", new[] { "Sigmoid", "ScaledTanh", "Affine", "Elu" }), ("activation_alpha", new[] { 1.5f, 0.5f, 0.9f }), ("activation_beta", new[] { 0.7f, 0.1f })).AgreesWithOnnxRuntime();

    private static OperatorCase Case(string operatorName, string direction, int[]? lengths, params (string, object)[] attributes)
    {
        System.Random random = new(7);
        int directions = direction == "bidirectional" ? 2 : 1;
        int gates = operatorName == "LSTM" ? 4 : operatorName == "GRU" ? 3 : 1;
        bool isLstm = operatorName == "LSTM";
        Tensor Float(params ReadOnlySpan<long> dimensions) => RandomTensors.Create(random, DataType.Float32, dimensions);
        Tensor?[] inputs =
        [
            Float(Time, Batch, Size),
            Float(directions, gates * Hidden, Size),
            Float(directions, gates * Hidden, Hidden),
            Float(directions, 2 * gates * Hidden),
            lengths is null ? null : Tensor.Vector<int>(lengths),
            Float(directions, Batch, Hidden),
            .. isLstm ? new Tensor?[] { Float(directions, Batch, Hidden), Float(directions, 3 * Hidden) } : [],
        ];
        return new OperatorCase(operatorName, inputs)
        {
            Attributes = AttributeMap.Of([("hidden_size", Hidden), ("direction", direction), .. attributes]),
            OutputCount = isLstm ? 3 : 2,
        };
    }
}
