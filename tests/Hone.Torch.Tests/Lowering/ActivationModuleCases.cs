using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Lowering;

internal static class ActivationModuleCases
{
    public static IEnumerable<ModuleCase> All { get; } =
    [
        Of("CELU", () => CELU(1.3)),
        Of("ELU", () => ELU(0.7)),
        Of("ELU in place", () => ELU(0.7, inplace: true)),
        Of("GELU", () => GELU()),
        Of("GELU tanh", () => GELU(TorchSharp.Modules.GELU.Approximate.tanh)),
        Of("GLU", () => GLU()),
        Of("Hardshrink", () => Hardshrink(0.3)),
        Of("Hardsigmoid", () => Hardsigmoid()),
        Of("Hardswish", () => Hardswish()),
        Of("LeakyReLU", () => LeakyReLU(0.2)),
        Of("LogSigmoid", () => LogSigmoid()),
        Of("LogSoftmax", () => LogSoftmax(1)),
        Of("Mish", () => Mish()),
        Of("PReLU", () => PReLU(1)),
        Image("PReLU channels", () => PReLU(4)),
        Of("ReLU", () => ReLU()),
        Of("ReLU6", () => ReLU6()),
        Of("RReLU", () => RReLU()),
        Of("SELU", () => SELU()),
        Of("Sigmoid", () => Sigmoid()),
        Of("SiLU", () => SiLU()),
        Of("Softmax", () => Softmax(-1)),
        Image("Softmax2d", () => Softmax2d()),
        Of("Softmin", () => Softmin(1)),
        Of("Softplus", () => Softplus(2, 3)),
        Of("Softshrink", () => Softshrink(0.3)),
        Of("Softsign", () => Softsign()),
        Of("Tanh", () => Tanh()),
        Of("Tanhshrink", () => Tanhshrink()),
        Of("Threshold", () => Threshold(0.1, 7)),
        Of("Dropout", () => Dropout()),
        Of("AlphaDropout", () => AlphaDropout()),
        Of("FeatureAlphaDropout", () => FeatureAlphaDropout()),
        new("Dropout1d", () => Dropout1d(), () => [randn(2, 3, 4)]),
        Image("Dropout2d", () => Dropout2d()),
        new("Dropout3d", () => Dropout3d(), () => [randn([2, 3, 2, 2, 2])]),
        Of("Identity", () => Identity()),
    ];

    private static ModuleCase Of(string name, Func<Module> create) => new(name, create, () => [randn(2, 6) * 4]);

    private static ModuleCase Image(string name, Func<Module> create) => new(name, create, () => [randn(2, 4, 5, 6)]);
}
