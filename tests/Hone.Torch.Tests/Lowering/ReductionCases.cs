using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Hone.Torch.Tests.Lowering;

internal static class ReductionCases
{
    public static IEnumerable<OperationCase> All { get; } =
    [
        Of("sum", x => x.sum(1)),
        Of("sum all", x => x.sum()),
        Of("sum axes", x => x.sum([1, 2], keepdim: true)),
        Of("sum of truth", x => (x > 0).sum(1)),
        Of("mean", x => x.mean([1, 2])),
        Of("mean all", x => x.mean()),
        Of("prod", x => x.prod(1)),
        Of("amax", x => x.amax(1, 2)),
        Of("amin", x => torch.amin(x, [1], true)),
        Of("logsumexp", x => x.logsumexp(1)),
        Of("max", x => x.max(1)),
        Of("max all", x => x.max()),
        Of("max of two", x => torch.max(x, x * 2)),
        Of("min", x => x.min(1, true)),
        Of("argmax", x => x.argmax(-1)),
        Of("argmax all", x => x.argmax()),
        Of("argmin", x => x.argmin(1, true)),
        Of("all", x => (x > -1).all(1)),
        Of("any", x => (x > 1).any(2)),
        Of("var", x => x.var([1, 2])),
        Of("var of the batch", x => x.var([0, 2])),
        Of("std all", x => x.std()),
        Of("all everything", x => (x > -9).all()),
        Of("any everything", x => (x > 9).any()),
        Of("topk smallest", x => x.topk(3, 1, largest: false)),
        Of("std", x => x.std(2, unbiased: false, keepdim: true)),
        Of("var_mean", x => torch.var_mean(x, [1])),
        Of("std_mean", x => torch.std_mean(x, [2])),
        Of("norm", x => x.norm(1)),
        Of("norm all", x => x.norm()),
        Of("cumsum", x => x.cumsum(1)),
        Of("topk", x => x.topk(2, 2)),
        Of("sort", x => x.sort(1)),
        Of("argsort", x => x.argsort(2, true)),
        Of("count_nonzero", x => torch.count_nonzero(x > 0, [1])),
        Of("dist", x => torch.dist(x, x * 2)),
        Of("normalize", x => F.normalize(x, 2, 1)),
        Of("cosine_similarity", x => F.cosine_similarity(x, x + 1, 2)),
        Of("pairwise_distance", x => F.pairwise_distance(x, x + 1)),
        new("matmul", i => i[0].matmul(i[1]), () => [randn(2, 3, 4), randn(4, 5)]),
        new("mm", i => i[0].mm(i[1]), () => [randn(2, 4), randn(4, 5)]),
        new("bmm", i => i[0].bmm(i[1]), () => [randn(2, 3, 4), randn(2, 4, 5)]),
        new("mv", i => i[0].mv(i[1]), () => [randn(2, 4), randn(4)]),
        new("dot", i => i[0][0].dot(i[1]), () => [randn(2, 4), randn(4)]),
        new("inner", i => torch.inner(i[0], i[1]), () => [randn(2, 4), randn(5, 4)]),
        new("outer", i => i[0].outer(i[1]), () => [randn(2), randn(4)]),
        new("ger", i => i[0].ger(i[1]), () => [randn(2), randn(4)]),
        new("addmm", i => i[0].addmm(i[0], i[1], 0.5f, 2), () => [randn(2, 4), randn(4, 4)]),
        new("addmv", i => i[0].sum(1).addmv(i[0], i[1], 0.5f, 2), () => [randn(2, 4), randn(4)]),
        new("einsum", i => torch.einsum("bij,jk->bik", i[0], i[1]), () => [randn(2, 3, 4), randn(4, 5)]),
        new("bilinear", i => F.bilinear(i[0], i[1], i[2], i[3]), () => [randn(2, 3), randn(2, 4), randn(5, 3, 4), randn(5)]),
        new("linear", i => F.linear(i[0], i[1], i[2]), () => [randn(2, 3, 4), randn(5, 4), randn(5)]),
        new("linear rows", i => F.linear(i[0], i[1]), () => [randn(2, 4), randn(5, 4)]),
    ];

    private static OperationCase Of(string name, Func<Tensor, object> run) => new(name, i => run(i[0]), () => [randn(2, 3, 4)]);
}
