using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Lowering;

internal static class WindowModuleCases
{
    public static IEnumerable<ModuleCase> All { get; } =
    [
        Of("MaxPool1d", () => MaxPool1d(3, 2, 1, 1), 3, 9),
        Of("MaxPool2d", () => MaxPool2d((3, 2), (2, 2), (1, 0), (1, 2), true), 3, 7, 8),
        Of("MaxPool2d default stride", () => MaxPool2d(2), 3, 6, 8),
        Of("MaxPool3d", () => MaxPool3d(2), 2, 4, 4, 6),
        Of("AvgPool1d", () => AvgPool1d(3, 2, 1, count_include_pad: false), 3, 9),
        Of("AvgPool2d", () => AvgPool2d((3, 2), (2, 2), (1, 1)), 3, 7, 8),
        Of("AvgPool2d ceil", () => AvgPool2d(3, 2, 1, ceil_mode: true, count_include_pad: false), 3, 8, 8),
        Of("AvgPool2d divisor", () => AvgPool2d(2, divisor_override: 3), 3, 6, 8),
        Of("AvgPool3d", () => AvgPool3d(2), 2, 4, 4, 6),
        Of("LPPool1d", () => LPPool1d(2, 3), 3, 9),
        Of("LPPool1d one", () => LPPool1d(1, 2, 1), 3, 9),
        Of("LPPool2d", () => LPPool2d(2, [2, 3], [1, 2]), 3, 6, 7),
        new("LPPool2d fraction", () => LPPool2d(2.5, 2), () => [rand(2, 3, 6, 6)]),
        Of("LPPool2d ceil", () => LPPool2d(2, 2, 2, ceil_mode: true), 3, 5, 7),
        Of("AdaptiveAvgPool1d", () => AdaptiveAvgPool1d(4), 3, 9),
        Of("AdaptiveAvgPool2d", () => AdaptiveAvgPool2d((3, 2)), 3, 7, 8),
        Of("AdaptiveAvgPool2d global", () => AdaptiveAvgPool2d(1), 3, 7, 8),
        Of("AdaptiveAvgPool2d one side", () => AdaptiveAvgPool2d((1, 4)), 3, 7, 8),
        Of("AdaptiveAvgPool3d", () => AdaptiveAvgPool3d((2, 3, 1)), 2, 4, 5, 3),
        Of("AdaptiveMaxPool1d", () => AdaptiveMaxPool1d(4), 3, 9),
        Of("AdaptiveMaxPool2d", () => AdaptiveMaxPool2d([3, 2]), 3, 7, 8),
        Unpool("MaxUnpool1d", () => MaxUnpool1d(2), x => functional.max_pool1d_with_indices(x, 2), 3, 8),
        Unpool("MaxUnpool2d", () => MaxUnpool2d((2, 3)), x => functional.max_pool2d_with_indices(x, [2, 3]), 3, 6, 9),
        Unpool("MaxUnpool2d strides", () => MaxUnpool2d(3, 2, 1), x => functional.max_pool2d_with_indices(x, [3, 3], [2, 2], [1, 1]), 3, 7, 9),
        Unpool("MaxUnpool3d", () => MaxUnpool3d(2), x => functional.max_pool3d_with_indices(x, [2, 2, 2]), 2, 4, 4, 6),
        Of("ConstantPad1d", () => ConstantPad1d((1, 2), 3), 3, 6),
        Of("ConstantPad2d", () => ConstantPad2d((1, 2, 0, 3), -1), 3, 5, 6),
        Of("ConstantPad2d crops", () => ConstantPad2d((-1, 2, 1, -2), 0.5), 3, 5, 6),
        Of("ConstantPad3d", () => ConstantPad3d((1, 2, 0, 3, 1, 1), 0.5), 2, 3, 4, 5),
        Of("ZeroPad2d", () => ZeroPad2d((1, 2, 0, 3)), 3, 5, 6),
        Of("ZeroPad2d all sides", () => ZeroPad2d(2), 3, 5, 6),
        Of("ReflectionPad1d", () => ReflectionPad1d((1, 2)), 3, 6),
        Of("ReflectionPad2d", () => ReflectionPad2d((1, 2, 0, 3)), 3, 5, 6),
        Of("ReflectionPad3d", () => ReflectionPad3d(1), 2, 3, 4, 5),
        Of("ReplicationPad1d", () => ReplicationPad1d(2), 3, 6),
        Of("ReplicationPad2d", () => ReplicationPad2d((1, 2, 0, 3)), 3, 5, 6),
        Of("ReplicationPad3d", () => ReplicationPad3d((1, 2, 0, 3, 1, 1)), 2, 3, 4, 5),
    ];

    private static ModuleCase Of(string name, Func<Module> create, params long[] sizes) => new(name, create, () => [randn([2, .. sizes])]);

    private static ModuleCase Unpool(string name, Func<Module> create, Func<Tensor, (Tensor, Tensor)> pool, params long[] sizes) => new(name, create, () =>
    {
        (Tensor values, Tensor indices) = pool(randn([2, .. sizes]));
        return [values, indices];
    });
}
