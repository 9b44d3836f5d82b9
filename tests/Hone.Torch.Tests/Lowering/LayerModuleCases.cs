using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hone.Torch.Tests.Lowering;

internal static class LayerModuleCases
{
    public static IEnumerable<ModuleCase> All { get; } =
    [
        Of("Linear", () => Linear(6, 4), 6),
        Of("Linear without bias", () => Linear(6, 4, hasBias: false), 3, 6),
        new("Bilinear", () => Bilinear(3, 4, 5), () => [randn(2, 3), randn(2, 4)]),
        new("Bilinear axes", () => Bilinear(3, 4, 5, hasBias: false), () => [randn(2, 6, 3), randn(2, 6, 4)]),
        new("CosineSimilarity", () => CosineSimilarity(1, 1e-6), () => [randn(2, 3, 4), randn(2, 3, 4)]),
        new("PairwiseDistance", () => PairwiseDistance(1, keepdim: true), () => [randn(2, 4), randn(2, 4)]),
        new("Embedding", () => Embedding(7, 3), () => [randint(0, 7, [2, 4], int64)]),
        new("Embedding padding", () => Embedding(7, 3, padding_idx: 1), () => [randint(0, 7, [2], int64)]),
        Of("Conv1d", () => Conv1d(4, 6, 3, 2, 1, 2, groups: 2), 4, 9),
        Of("Conv1d reflect", () => Conv1d(4, 6, 3, padding: 1, padding_mode: PaddingModes.Reflect), 4, 9),
        Of("Conv2d", () => Conv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2), groups: 2), 4, 7, 8),
        Of("Conv2d same", () => Conv2d(4, 6, 4, Padding.Same), 4, 7, 8),
        Of("Conv2d valid", () => Conv2d(4, 6, 3, Padding.Valid, bias: false), 4, 7, 8),
        Of("Conv2d circular", () => Conv2d(4, 6, 3, padding: 1, padding_mode: PaddingModes.Circular), 4, 7, 8),
        Of("Conv2d replicate", () => Conv2d(4, 6, (3, 5), padding: (1, 2), padding_mode: PaddingModes.Replicate), 4, 7, 8),
        Of("Conv3d", () => Conv3d(2, 3, (2, 3, 2), (1, 2, 1), (0, 1, 1)), 2, 4, 5, 4),
        Of("ConvTranspose1d", () => ConvTranspose1d(4, 6, 3, 2, 1, 1, 2, groups: 2), 4, 6),
        Of("ConvTranspose2d", () => ConvTranspose2d(4, 6, (3, 2), (2, 3), (1, 0), (0, 1)), 4, 5, 4),
        Of("ConvTranspose3d", () => ConvTranspose3d(2, 3, 2, 2), 2, 3, 2, 3),
        Of("BatchNorm1d", () => BatchNorm1d(4), 4),
        Of("BatchNorm1d sequence", () => BatchNorm1d(4, eps: 1e-3), 4, 6),
        Of("BatchNorm2d", () => BatchNorm2d(4), 4, 5, 6),
        Of("BatchNorm2d plain", () => BatchNorm2d(4, affine: false), 4, 5, 6),
        Of("BatchNorm3d", () => BatchNorm3d(2), 2, 3, 2, 3),
        Of("InstanceNorm1d", () => InstanceNorm1d(4, affine: true), 4, 6),
        Of("InstanceNorm2d", () => InstanceNorm2d(4), 4, 5, 6),
        Of("InstanceNorm2d statistics", () => InstanceNorm2d(4, affine: true, track_running_stats: true), 4, 5, 6),
        Of("InstanceNorm3d", () => InstanceNorm3d(2), 2, 3, 2, 3),
        Of("GroupNorm", () => GroupNorm(2, 4), 4, 5, 6),
        Of("GroupNorm plain", () => GroupNorm(2, 4, affine: false), 4, 5),
        Of("LayerNorm", () => LayerNorm(6), 4, 6),
        Of("LayerNorm axes", () => LayerNorm([4, 6], 1e-3, bias: false), 4, 6),
        Of("LayerNorm plain", () => LayerNorm(6, elementwise_affine: false), 4, 6),
        Of("LocalResponseNorm", () => LocalResponseNorm(3, 1e-2, 0.6, 1.5), 6, 4, 4),
        Of("Flatten", () => Flatten(), 3, 4, 5),
        Of("Flatten inner", () => Flatten(2, 3), 3, 4, 5),
        Of("Unflatten", () => Unflatten(1, [2, 3]), 6, 4),
        Of("Fold", () => Fold((6, 5), (2, 3), stride: (2, 1)), 12, 9),
        Of("Unfold", () => Unfold((2, 3), (1, 1), (1, 0), (2, 1)), 3, 6, 6),
        Of("PixelShuffle", () => PixelShuffle(2), 8, 3, 4),
        Of("PixelUnshuffle", () => PixelUnshuffle(2), 2, 6, 4),
        Of("ChannelShuffle", () => ChannelShuffle(2), 6, 3, 4),
        Of("Upsample", () => Upsample(null, [2, 3]), 3, 4, 5),
        Of("Upsample bilinear", () => Upsample([7, 9], null, UpsampleMode.Bilinear, true), 3, 4, 5),
        Of("Upsample linear", () => Upsample([7], null, UpsampleMode.Linear, false), 3, 4),
        Of("Upsample trilinear", () => Upsample(null, [2, 2, 2], UpsampleMode.Trilinear, false), 2, 3, 2, 3),
        Of("Upsample bicubic", () => Upsample([7, 9], null, UpsampleMode.Bicubic, false), 3, 4, 5),
    ];

    private static ModuleCase Of(string name, Func<Module> create, params long[] sizes) => new(name, create, () => [randn([2, .. sizes])]);
}
