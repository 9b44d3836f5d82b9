using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

internal static class JoiningCases
{
    public static IEnumerable<OperationCase> All { get; } =
    [
        Of("row_stack", x => torch.row_stack([x, x * 2])),
        Of("row_stack vectors", x => torch.row_stack([x[0, 0], x[1, 1]]) + x.sum()),
        Of("column_stack", x => torch.column_stack([x.sum([1, 2]), x.sum(2)])),
        Of("dstack", x => torch.dstack([x.sum(2), x.sum(2) * 2])),
        Of("dstack more axes", x => torch.dstack([x, x * 2])),
        Of("hsplit", x => x.hsplit([1])),
        Of("vsplit", x => torch.vsplit(x.transpose(0, 1), [1, 2])),
        Of("dsplit", x => x.dsplit(2)),
        Of("adjoint", x => x.adjoint()),
        Of("get_mH", x => x.mH),
        Of("rot90", x => x.rot90(1, (1, 2))),
        Of("rot90 twice", x => torch.rot90(x, 2, (0, 1))),
        Of("rot90 back", x => x.rot90(-1, (2, 1))),
        Of("broadcast_tensors", x => torch.broadcast_tensors(x, x[0, 0]).ToArray()),
        Of("block_diag", x => torch.block_diag(x[0], x.sum(2), tensor(new float[] { 7, 8 }))),
        Of("select_scatter", x => x.select_scatter(x.sum(1), 1, 1)),
        Of("select_scatter last", x => torch.select_scatter(x, x.sum(2), -1, -1)),
        Of("slice_scatter", x => x.slice_scatter(x.narrow(2, 0, 2) * 2, 2, 1, 3)),
        Of("slice_scatter rest", x => x.slice_scatter(x.narrow(1, 0, 2) * 2, 1, 1)),
        new("index_add", i => i[0].index_add(1, i[1], i[2], 0.5), () => [randn(2, 5, 3), tensor(new long[] { 3, 0, 3 }), randn(2, 3, 3)]),
        new("index_copy", i => i[0].index_copy(1, i[1], i[2]), () => [randn(2, 5, 3), tensor(new long[] { 3, 0, 4 }), randn(2, 3, 3)]),
        new("index_fill", i => i[0].index_fill(1, i[1], 1.5), () => [randn(2, 5, 3), tensor(new long[] { 3, 0, 3 })]),
    ];

    private static OperationCase Of(string name, Func<Tensor, object> run) => new(name, i => run(i[0]), () => [randn(2, 3, 4)]);
}
