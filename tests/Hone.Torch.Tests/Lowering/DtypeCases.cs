using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Hone.Torch.Tests.Lowering;

/// <summary>Operations on other types than float32, and PyTorch's promotion of mixed ones.</summary>
internal static class DtypeCases
{
    private static readonly (string Name, ScalarType Type)[] s_integers = [("int64", int64), ("int32", int32)];

    public static IEnumerable<OperationCase> All { get; } = [.. s_integers.SelectMany(t => Integers(t.Name, t.Type)), .. Mixed(), .. Doubles()];

    private static IEnumerable<OperationCase> Integers(string name, ScalarType type)
    {
        OperationCase Of(string function, Func<Tensor, Tensor, object> run) => new($"{function} {name}", i => run(i[0], i[1]),
            () => [randint(-9, 10, [2, 6], type), (randint(1, 5, [2, 6], type) * tensor(new long[] { 1, -1 }).to(type).view(2, 1))]);
        return
        [
            Of("op_Addition", (x, y) => x + y),
            Of("op_Subtraction", (x, _) => 5 - x),
            Of("op_Multiply", (x, y) => x * y),
            Of("op_Multiply", (x, _) => x * 0.5) with { Name = $"op_Multiply {name} by float" },
            Of("op_Division", (x, y) => x / y),
            Of("floor_divide", (x, y) => torch.floor_divide(x, y)),
            Of("div", (x, y) => x.div(y, RoundingMode.floor)) with { Name = $"div {name} floor" },
            Of("div", (x, y) => x.div(y, RoundingMode.trunc)) with { Name = $"div {name} trunc" },
            Of("remainder", (x, y) => x.remainder(y)),
            Of("fmod", (x, y) => x.fmod(y)),
            Of("op_Modulus", (x, _) => x % 3),
            Of("pow", (x, _) => x.pow(3)),
            Of("maximum", (x, y) => torch.maximum(x, y)),
            Of("abs", (x, _) => x.abs()),
            Of("sign", (x, _) => x.sign()),
            Of("square", (x, _) => x.square()),
            Of("clamp", (x, _) => x.clamp(-3, 4)),
            Of("floor", (x, _) => x.floor()),
            Of("trunc", (x, _) => x.trunc()),
            Of("sqrt", (x, _) => x.abs().sqrt()),
            Of("sigmoid", (x, _) => x.sigmoid()),
            Of("op_LessThan", (x, y) => x < y),
            Of("op_GreaterThan", (x, _) => x > 0.5),
            Of("op_Equality", (x, y) => x == y),
            Of("where", (x, y) => torch.where(x > y, x, y)),
            Of("masked_fill", (x, _) => x.masked_fill(x > 2, 7)),
            Of("sum", (x, _) => x.sum([1])),
            Of("prod", (x, _) => x.clamp(1, 2).prod(1)),
            Of("cumsum", (x, _) => x.cumsum(1)),
            Of("amax", (x, _) => x.amax(1)),
            Of("max", (x, _) => x.max(1).values),
            Of("sort", (x, _) => x.sort(1).Values),
            Of("any", (x, _) => x.any(1)),
            Of("count_nonzero", (x, _) => torch.count_nonzero(x, [1])),
            Of("cat", (x, y) => torch.cat([x, y * 2.5], 1)),
            Of("tril", (x, _) => x.tril()),
            Of("flip", (x, _) => x.flip(1)),
            Of("pad", (x, _) => F.pad(x, (1, 2), PaddingModes.Constant, 3)),
            Of("one_hot", (x, _) => F.one_hot(x.abs().@long(), 10)),
            Of("matmul", (x, y) => x.@float().matmul(y.@float().t())),
        ];
    }

    private static IEnumerable<OperationCase> Mixed()
    {
        static OperationCase Of(string name, Func<Tensor, Tensor, object> run) =>
            new($"{name} mixed", i => run(i[0], i[1]), () => [randint(-9, 10, [2, 6], int32), randn(2, 6)]);
        return
        [
            Of("op_Addition", (x, y) => x + y),
            Of("op_Subtraction", (x, y) => (y > 0).@int() - x),
            Of("op_Multiply", (x, y) => x * (y > 0)),
            Of("op_Division", (x, y) => x / y),
            Of("op_LessThan", (x, y) => x < y),
            Of("where", (x, y) => torch.where(y > 0, x, y)),
            Of("maximum", (x, y) => torch.maximum(x, y)),
            Of("pow", (x, y) => x.abs().pow(y)),
            Of("stack", (x, y) => torch.stack([x, y])),
            Of("softmax", (_, y) => F.softmax(y.@double(), 1, float32)),
            Of("mean", (x, _) => x.mean([1], type: float32)),
            Of("sum", (_, y) => (y > 0).sum()),
        ];
    }

    private static IEnumerable<OperationCase> Doubles()
    {
        static OperationCase Of(string name, Func<Tensor, object> run) => new($"{name} double", i => run(i[0]), () => [randn([2, 3, 4], float64)]);
        return
        [
            Of("op_Addition", x => x + 1),
            Of("relu", x => F.relu(x)),
            Of("nan_to_num", x => (x.abs() * 1e300 / (x - x)).nan_to_num()),
            Of("softmax", x => F.softmax(x, 1)),
            Of("exp", x => x.exp()),
            Of("mean", x => x.mean([1, 2])),
            Of("matmul", x => x.matmul(x.mT)),
            Of("std", x => x.std(1)),
            Of("cumsum", x => x.cumsum(2)),
            Of("layer_norm", x => F.layer_norm(x, [4])),
            Of("clamp", x => x.clamp(-1, 1)),
            Of("norm", x => x.norm(1)),
        ];
    }
}
