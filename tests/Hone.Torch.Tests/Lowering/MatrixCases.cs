using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

internal static class MatrixCases
{
    public static IEnumerable<OperationCase> All { get; } =
    [
        Of("det", x => linalg.det(x.matmul(x.mT))),
        Of("trace", x => x.sum([0]).trace() * x),
        Of("diagonal", x => x.diagonal(1, 1, 2)),
        Of("diagonal below", x => x.diagonal(-1, -1, 1)),
        Of("diagonal of linalg", x => linalg.diagonal(x)),
        Of("diag", x => x.sum([0]).diag(-1) * x.sum()),
        Of("diag of a vector", x => x.sum([0, 1]).diag(1)),
        Of("diag_embed", x => x.diag_embed()),
        Of("diag_embed above", x => x.diag_embed(2)),
        Of("diag_embed below", x => torch.diag_embed(x, -1)),
        Of("matrix_power", x => torch.matrix_power(x.matmul(x.mT), 5)),
        Of("chain_matmul", x => torch.chain_matmul(x[0], x[1].t(), x[0])),
        Of("multi_dot", x => linalg.multi_dot([x[0], x[1].t(), x[0]])),
        new("addbmm", i => i[1].addbmm(i[0], i[0], 0.5f, 2), () => [randn(2, 3, 3), randn(3, 3)]),
        new("addr", i => torch.addr(i[2], i[0], i[1], 0.5f, 2), () => [randn(2), randn(4), randn(2, 4)]),
        new("vdot", i => i[0].sum([0]).vdot(i[1]), () => [randn(2, 4), randn(4)]),
        Of("vecdot", x => linalg.vecdot(x, x + 1, 1)),
        new("cross", i => linalg.cross(i[0], i[1]), () => [randn(2, 3), randn(2, 3)]),
        new("tensordot", i => torch.tensordot(i[0], i[1], [1, -1], [2, 0]), () => [randn(2, 3, 4), randn(4, 5, 3)]),
        new("cdist", i => torch.cdist(i[0], i[1]), () => [randn(2, 3, 4), randn(2, 5, 4)]),
        new("cdist absolute", i => torch.cdist(i[0], i[1], 1), () => [randn(2, 4), randn(5, 4)]),
        new("cov", i => torch.cov(i[0], 0), () => [randn(2, 6)]),
    ];

    private static OperationCase Of(string name, Func<Tensor, object> run) => new(name, i => run(i[0]), () => [randn(2, 3, 4)]);
}
