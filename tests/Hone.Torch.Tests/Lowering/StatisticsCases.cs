using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

internal static class StatisticsCases
{
    public static IEnumerable<OperationCase> All { get; } =
    [
        Of("aminmax", x => torch.aminmax(x, 1)),
        Of("aminmax all", x => x.aminmax()),
        Of("nansum", x => (x.log()).nansum()),
        Of("median", x => x.median()),
        Of("kthvalue", x => x.kthvalue(2, 1)),
        Of("kthvalue kept", x => torch.kthvalue(x, 3, 2, true)),
        Of("msort", x => x.msort()),
        Of("cumprod", x => x.cumprod(1)),
        Of("logcumsumexp", x => torch.logcumsumexp(x, 2)),
        Of("diff", x => x.diff()),
        Of("diff joined", x => x.diff(1, 1, x.narrow(1, 0, 1), x.narrow(1, 1, 2))),
        Of("trapezoid", x => torch.trapezoid(x, 0.5, 1)),
        Of("trapezoid points", x => x.trapezoid(tensor(new float[] { 0, 1, 3, 4 }))),
        Of("trapz", x => torch.trapz(x, 2)),
        Of("bucketize", x => torch.bucketize(x.round(), tensor(new float[] { -1, 0, 1 }))),
        Of("bucketize right", x => x.round().bucketize(tensor(new float[] { -1, 0, 1 }), true, true)),
        Of("searchsorted", x => torch.searchsorted(tensor(new float[] { -1, 0, 1 }), x)),
        Of("isin", x => torch.isin(x.round(), tensor(new float[] { -1, 2 }))),
        Of("isin inverted", x => x.round().isin(tensor(new float[] { 0, 1 }), invert: true)),
        Of("renorm", x => x.renorm(2, 1, 1.5f)),
    ];

    private static OperationCase Of(string name, Func<Tensor, object> run) => new(name, i => run(i[0]), () => [randn(2, 3, 4)]);
}
