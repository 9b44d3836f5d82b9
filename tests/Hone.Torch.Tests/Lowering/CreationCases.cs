using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

internal static class CreationCases
{
    public static IEnumerable<OperationCase> All { get; } =
    [
        Of("empty", x => torch.empty(x.shape[0], 3).fill_(2) + x.sum(2)),
        Of("empty_like", x => torch.empty_like(x).zero_() + x),
        Of("new_empty", x => x.new_empty(x.shape[0], 3).fill_(1.5) * x.sum(2)),
        Of("logspace", x => torch.logspace(-1, 1, 4) * x),
        Of("hann_window", x => torch.hann_window(4) * x),
        Of("hann_window symmetric", x => torch.hann_window(4, periodic: false) * x),
        Of("hamming_window", x => torch.hamming_window(4) * x),
        Of("blackman_window", x => torch.blackman_window(4) * x),
        Of("bartlett_window", x => torch.bartlett_window(4, false) * x),
        Of("tril_indices", x => torch.tril_indices(3, 4, 1) + x.sum().@long()),
        Of("triu_indices", x => torch.triu_indices(3, 4, -1) + x.sum().@long()),
        Of("vector_norm", x => linalg.vector_norm(x, 3, [1])),
        Of("vector_norm zero", x => linalg.vector_norm(x.round(), 0, [1], true)),
        Of("vector_norm infinite", x => linalg.vector_norm(x, double.PositiveInfinity)),
        Of("matrix_norm", x => linalg.matrix_norm(x)),
        Of("norm frobenius", x => linalg.norm(x, "fro", [1, 2], true)),
        Of("norm of linalg", x => linalg.norm(x)),
    ];

    private static OperationCase Of(string name, Func<Tensor, object> run) => new(name, i => run(i[0]), () => [randn(2, 3, 4)]);
}
