using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Recurrent;

/// <summary>The expected numbers are PyTorch's.</summary>
public class RecurrentTests
{
    private static readonly Tensor s_input = Scaled(RandomTensors.Integers(3, 1, 2), 5);

    [Fact]
    public void Gru_LinearBeforeReset_GivesPyTorchsNumbers()
    {
        // PyTorch has the gates in the order reset, update, new.
        Tensor y = new OperatorCase("GRU", s_input, Weight(3, 1, 0, 2), Weight(3, 1, 0, 2), Biases(3, 1, 0, 2))
        { Attributes = AttributeMap.Of(("hidden_size", 2), ("linear_before_reset", 1)) }.EvaluateOne();
        float[] expected = [0.37591189f, -0.19205660f, 0.44626439f, -0.33755031f, 0.11944169f, -0.28475863f];
        TensorAssert.Close(Tensor.Create(expected, 3, 1, 1, 2), y, 1e-5, 1e-6);
    }

    [Fact]
    public void Lstm_GivesPyTorchsNumbers()
    {
        // PyTorch has the gates in the order input, forget, cell, output.
        IReadOnlyList<Tensor> outputs = new OperatorCase("LSTM", s_input, Weight(4, 0, 3, 1, 2), Weight(4, 0, 3, 1, 2), Biases(4, 0, 3, 1, 2))
        { Attributes = AttributeMap.Of(("hidden_size", 2)), OutputCount = 3 }.Evaluate();
        float[] expected = [0.15042134f, -0.15262669f, 0.15628543f, -0.33431852f, 0.05524270f, -0.31810573f];
        TensorAssert.Close(Tensor.Create(expected, 3, 1, 1, 2), outputs[0], 1e-5, 1e-6);
        TensorAssert.Close(Tensor.Create([0.07455570f, -0.70951754f], 1, 1, 2), outputs[2], 1e-5, 1e-6);
    }

    [Fact]
    public void Lstm_BatchFirst_GivesTheSameTurned()
    {
        OperatorCase timeFirst = new("LSTM", RandomTensors.Integers(3, 2, 2), Weight(4, 0, 1, 2, 3), Weight(4, 0, 1, 2, 3)) { Attributes = AttributeMap.Of(("hidden_size", 2)), OutputCount = 3 };
        Tensor Turn(Tensor tensor, params int[] order) => new OperatorCase("Transpose", tensor) { Attributes = AttributeMap.Of(("perm", order)) }.EvaluateOne();
        OperatorCase batchFirst = timeFirst with { Inputs = [Turn(timeFirst.Inputs[0]!, 1, 0, 2), .. timeFirst.Inputs[1..]], Attributes = timeFirst.Attributes.With("layout", 1L) };
        (IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual) = (timeFirst.Evaluate(), batchFirst.Evaluate());
        TensorAssert.Close(Turn(expected[0], 2, 0, 1, 3), actual[0], 0, 0);
        TensorAssert.Close(Turn(expected[1], 1, 0, 2), actual[1], 0, 0);
        TensorAssert.Close(Turn(expected[2], 1, 0, 2), actual[2], 0, 0);
    }

    [Fact]
    public void SymbolicSizes_AreInferred()
    {
        OperatorCase lstm = new("LSTM") { Attributes = AttributeMap.Of(("hidden_size", 8), ("direction", "bidirectional")) };
        SymbolicShape? shape = lstm.InferShape(new SymbolicShape(Dimension.Symbolic("T"), Dimension.Symbolic("N"), 4), new SymbolicShape(2, 32, 4), new SymbolicShape(2, 32, 8));
        Assert.Equal("[T, 2, N, 8]", shape?.ToString());
    }

    [Fact]
    public void WrongInputs_AreRefused()
    {
        (Tensor w, Tensor r) = (RandomTensors.Integers(1, 8, 2), RandomTensors.Integers(1, 8, 2));
        OperatorRun.Fails("LSTM", AttributeMap.Of(("hidden_size", 3)), s_input, w, r);
        OperatorRun.Fails("LSTM", AttributeMap.Of(("direction", "sideways")), s_input, w, r);
        OperatorRun.Fails("LSTM", AttributeMap.Of(("activations", new[] { "Sigmoid" })), s_input, w, r);
        OperatorRun.Fails("LSTM", AttributeMap.Of(("activations", new[] { "Sigmoid", "Tanh", "None" })), s_input, w, r);
        OperatorRun.Fails("LSTM", AttributeMap.Of(("layout", 2)), s_input, w, r);
        OperatorRun.Fails("LSTM", null, s_input, w, r, null, Tensor.Vector(4));
        OperatorRun.Fails("LSTM", null, s_input, w, r, null, Tensor.Vector(-1));
        OperatorRun.Fails("LSTM", null, s_input, RandomTensors.Integers(1, 8, 3), r);
    }

    private static Tensor Weight(int gates, params int[] order) => Tensor.Create(Reorder(gates, 4, order), 1, gates * 2, 2);

    private static Tensor Biases(int gates, params int[] order)
    {
        float[] half = Reorder(gates, 2, order);
        return Tensor.Create<float>([.. half, .. half], 1, gates * 4);
    }

    /// <summary>The parameters of the gates in ONNX's order, from PyTorch's.</summary>
    private static float[] Reorder(int gates, int size, int[] order)
    {
        float[] values = Scaled(RandomTensors.Integers(gates * size), 10).ToSingleArray();
        return [.. order.SelectMany(gate => values[(gate * size)..((gate + 1) * size)])];
    }

    private static Tensor Scaled(Tensor tensor, float divisor)
    {
        foreach (ref float value in tensor.AsSpan<float>())
            value /= divisor;
        return tensor;
    }
}
