using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

internal static class FunctionCases
{
    private static readonly float[] s_corners = [0, -0f, 1, -1, 2.5f, -2.5f];

    public static IEnumerable<OperationCase> All { get; } =
    [
        Pair("atan2", (x, y) => torch.atan2(x, y)),
        Pair("arctan2", (x, y) => x.arctan2(y)),
        Pair("hypot", (x, y) => x.hypot(y)),
        Pair("heaviside", (x, y) => torch.heaviside(x, y)),
        Pair("copysign", (x, y) => torch.copysign(x, y)),
        Pair("ldexp", (x, y) => x.ldexp(y)),
        Pair("logaddexp", (x, y) => torch.logaddexp(x * 50, y)),
        Pair("logaddexp2", (x, y) => torch.logaddexp2(x, y)),
        Pair("isclose", (x, y) => x.isclose(y.round(), 0.1, 0.2)),
        Pair("isclose infinite", (x, y) => (x / 0).isclose(y / 0)),
        Pair("xlogy", (x, y) => x.xlogy(y.abs())),
        Pair("xlog1py", (x, y) => special.xlog1py(x, y.abs())),
        Pair("float_power", (x, y) => (x.abs() + 1).float_power(y)),
        Corners("signbit", x => torch.signbit(x)),
        Corners("sgn", x => x.sgn()),
        Corners("sinc", x => torch.sinc(x)),
        Corners("entr", x => special.entr(x)),
        Corners("ndtr", x => special.ndtr(x)),
        Corners("isfinite", x => (x / 0).isfinite()),
        Corners("isposinf", x => (x / 0).isposinf()),
        Corners("isneginf", x => (x / 0).isneginf()),
        Corners("char", x => (x * 3).@char()),
        Corners("arcsinh", x => x.arcsinh()),
        Corners("arccosh", x => torch.arccosh(x.abs() + 1)),
        Corners("arctanh", x => torch.arctanh(x * 0.3)),
        Integers("bitwise_left_shift", x => torch.bitwise_left_shift(x, x.abs())),
        Integers("bitwise_right_shift", x => torch.bitwise_right_shift(x * 7, x.abs())),
    ];

    private static OperationCase Pair(string name, Func<Tensor, Tensor, object> run) =>
        new(name, i => run(i[0], i[1]), () => [tensor(s_corners).expand(2, 6).clone(), randn(2, 6)]);

    private static OperationCase Corners(string name, Func<Tensor, object> run) => new(name, i => run(i[0]), () => [tensor(s_corners).expand(2, 6).clone()]);

    private static OperationCase Integers(string name, Func<Tensor, object> run) => new(name, i => run(i[0]), () => [randint(-5, 6, [2, 6], int64)]);
}
