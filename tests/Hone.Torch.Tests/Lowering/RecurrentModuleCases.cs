using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Lowering;

internal static class RecurrentModuleCases
{
    public static IEnumerable<ModuleCase> All { get; } =
    [
        Of("LSTM", () => LSTM(3, 4, batchFirst: true), 5, 3),
        Of("LSTM both ways", () => LSTM(3, 4, 2, batchFirst: true, bidirectional: true), 5, 3),
        Of("GRU", () => GRU(3, 4, batchFirst: true), 5, 3),
        Of("GRU both ways", () => GRU(3, 4, 2, bias: false, batchFirst: true, bidirectional: true), 5, 3),
        Of("RNN", () => RNN(3, 4, batchFirst: true), 5, 3),
        Of("RNN rectified", () => RNN(3, 4, 2, NonLinearities.ReLU, batchFirst: true), 5, 3),
        new("LSTMCell", () => LSTMCell(3, 4), () => [randn(2, 3), randn(2, 4), randn(2, 4)]),
        new("GRUCell state", () => GRUCell(3, 4), () => [randn(2, 3), randn(2, 4)]),
        Of("GRUCell", () => GRUCell(3, 4), 3),
        Of("RNNCell", () => RNNCell(3, 4), 3),
    ];

    private static ModuleCase Of(string name, Func<Module> create, params long[] sizes) => new(name, create, () => [randn([2, .. sizes])]);
}
