using Hone.Torch.Tests.Zoo;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Sequence;

public sealed class RecurrentTests
{
    private const int Features = 5;
    private const int Hidden = 6;

    /// <summary>Batch and length: the example of the capture first.</summary>
    private static readonly (int Batch, int Length)[] s_sizes = [(4, 7), (1, 3), (3, 9)];

    [Theory]
    [InlineData(1, false, false, true)]
    [InlineData(2, true, false, true)]
    [InlineData(2, true, true, true)]
    [InlineData(1, true, true, false)]
    public void Lstm(int layers, bool isBidirectional, bool isBatchFirst, bool hasBias)
    {
        Check(nn.LSTM(Features, Hidden, layers, hasBias, isBatchFirst, bidirectional: isBidirectional), isBatchFirst, (m, x) => ToArray(m.call(x[0])));
        Check(
            nn.LSTM(Features, Hidden, layers, hasBias, isBatchFirst, bidirectional: isBidirectional),
            isBatchFirst,
            (m, x) => ToArray(m.call(x[0], (x[1], x[2]))),
            states: 2,
            stateRows: layers * (isBidirectional ? 2 : 1));
    }

    [Theory]
    [InlineData(1, false, false, true)]
    [InlineData(2, true, false, true)]
    [InlineData(3, false, true, true)]
    [InlineData(1, true, true, false)]
    public void Gru(int layers, bool isBidirectional, bool isBatchFirst, bool hasBias)
    {
        Check(nn.GRU(Features, Hidden, layers, hasBias, isBatchFirst, bidirectional: isBidirectional), isBatchFirst, (m, x) => ToArray(m.call(x[0])));
        Check(
            nn.GRU(Features, Hidden, layers, hasBias, isBatchFirst, bidirectional: isBidirectional),
            isBatchFirst,
            (m, x) => ToArray(m.call(x[0], x[1])),
            states: 1,
            stateRows: layers * (isBidirectional ? 2 : 1));
    }

    [Theory]
    [InlineData(nn.NonLinearities.Tanh, 1, false, false)]
    [InlineData(nn.NonLinearities.ReLU, 2, true, true)]
    public void Rnn(nn.NonLinearities nonlinearity, int layers, bool isBidirectional, bool isBatchFirst)
    {
        Check(nn.RNN(Features, Hidden, layers, nonlinearity, batchFirst: isBatchFirst, bidirectional: isBidirectional), isBatchFirst, (m, x) => ToArray(m.call(x[0])));
        Check(
            nn.RNN(Features, Hidden, layers, nonlinearity, batchFirst: isBatchFirst, bidirectional: isBidirectional),
            isBatchFirst,
            (m, x) => ToArray(m.call(x[0], x[1])),
            states: 1,
            stateRows: layers * (isBidirectional ? 2 : 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cells(bool hasBias)
    {
        CheckCell(nn.LSTMCell(Features, Hidden, hasBias), (m, x) => ToArray(m.call(x[0], (x[1], x[2]))), states: 2);
        CheckCell(nn.GRUCell(Features, Hidden, hasBias), (m, x) => [m.call(x[0], null!)], states: 0);
        CheckCell(nn.GRUCell(Features, Hidden, hasBias), (m, x) => [m.call(x[0], x[1])], states: 1);
        CheckCell(nn.RNNCell(Features, Hidden, bias: hasBias), (m, x) => [m.call(x[0], x[1])], states: 1);
        CheckCell(nn.RNNCell(Features, Hidden, nn.NonLinearities.ReLU, hasBias), (m, x) => [m.call(x[0], null!)], states: 0);
    }

    private static void Check<TModule>(TModule module, bool isBatchFirst, Func<TModule, Tensor[], Tensor[]> call, int states = 0, int stateRows = 0)
        where TModule : nn.Module
    {
        (int batchAxis, int lengthAxis) = isBatchFirst ? (0, 1) : (1, 0);
        CaptureOptions options = new()
        {
            DynamicDims = [new DynamicDim("N", [(0, batchAxis), .. Enumerable.Range(1, states).Select(i => (i, 1))]), new DynamicDim("length", (0, lengthAxis))],
            DynamicBatch = false,
        };
        ZooAssert.Matches(new Calling<TModule>(module, call), options, [.. s_sizes.Select(Inputs)]);

        Tensor[] Inputs((int Batch, int Length) size)
        {
            Tensor x = isBatchFirst ? randn(size.Batch, size.Length, Features) : randn(size.Length, size.Batch, Features);
            return [x, .. Enumerable.Range(0, states).Select(_ => randn(stateRows, size.Batch, Hidden))];
        }
    }

    private static void CheckCell<TModule>(TModule module, Func<TModule, Tensor[], Tensor[]> call, int states)
        where TModule : nn.Module =>
        ZooAssert.Matches(
            new Calling<TModule>(module, call),
            new CaptureOptions(),
            [.. s_sizes.Select(size => (Tensor[])[randn(size.Batch, Features), .. Enumerable.Range(0, states).Select(_ => randn(size.Batch, Hidden))])]);

    private static Tensor[] ToArray((Tensor, Tensor, Tensor) outputs) => [outputs.Item1, outputs.Item2, outputs.Item3];

    private static Tensor[] ToArray((Tensor, Tensor) outputs) => [outputs.Item1, outputs.Item2];
}
