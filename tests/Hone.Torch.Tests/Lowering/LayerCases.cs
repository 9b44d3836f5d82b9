using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Hone.Torch.Tests.Lowering;

internal static class LayerCases
{
    public static IEnumerable<OperationCase> All { get; } =
    [
        new("conv1d", i => F.conv1d(i[0], i[1], i[2], 2, 1), () => [randn(2, 4, 9), randn(6, 4, 3), randn(6)]),
        new("conv2d", i => F.conv2d(i[0], i[1], i[2], [2, 1], [1, 2], [1, 2], 2), () => [randn(2, 4, 8, 8), randn(6, 2, 3, 3), randn(6)]),
        new("conv3d", i => F.conv3d(i[0], i[1]), () => [randn([2, 2, 4, 4, 4]), randn([3, 2, 2, 2, 2])]),
        new("conv1d_padding/conv2d_padding/conv3d_padding", i => F.conv2d_padding(i[0], i[1], null, [1, 1], Padding.Same), () => [randn(2, 4, 7, 7), randn(6, 4, 4, 3)]),
        new("conv_transpose1d", i => F.conv_transpose1d(i[0], i[1], null, 2), () => [randn(2, 4, 5), randn(4, 3, 3)]),
        new("conv_transpose2d", i => F.conv_transpose2d(i[0], i[1], i[2], [2, 2], [1, 1], [1, 0]), () => [randn(2, 4, 5, 5), randn(4, 3, 3, 3), randn(3)]),
        new("conv_transpose3d", i => F.conv_transpose3d(i[0], i[1]), () => [randn([2, 2, 3, 3, 3]), randn([2, 3, 2, 2, 2])]),
        new("unfold", i => F.unfold(i[0], (2, 3), null, (1, 0), (2, 1)), () => [randn(2, 3, 6, 6)]),
        new("unfold axis", i => i[0].unfold(2, 3, 2), () => [randn(2, 3, 7)]),
        new("fold", i => F.fold(i[0], (6, 6), (2, 2), null, null, (2, 2)), () => [randn(2, 12, 9)]),
        new("max_pool1d", i => F.max_pool1d(i[0], 3, 2, 1), () => [randn(2, 3, 9)]),
        new("max_pool2d", i => F.max_pool2d(i[0], (3, 2), (2, 2), (1, 0), null, true), () => [randn(2, 3, 7, 7)]),
        new("max_pool3d", i => F.max_pool3d(i[0], [2, 2, 2]), () => [randn([2, 3, 4, 4, 4])]),
        new("avg_pool1d", i => F.avg_pool1d(i[0], 3, 2, 1), () => [randn(2, 3, 9)]),
        new("avg_pool2d", i => F.avg_pool2d(i[0], [3, 3], [2, 2], [1, 1], false, false), () => [randn(2, 3, 7, 7)]),
        new("avg_pool2d divisor", i => F.avg_pool2d(i[0], [3, 3], divisor_override: 5), () => [randn(2, 3, 7, 7)]),
        new("avg_pool3d", i => F.avg_pool3d(i[0], [2, 2, 2]), () => [randn([2, 3, 4, 4, 4])]),
        new("lp_pool1d", i => F.lp_pool1d(i[0], 2, 3), () => [randn(2, 3, 9)]),
        new("lp_pool2d", i => F.lp_pool2d(i[0], 2, [2, 2]), () => [randn(2, 3, 6, 6)]),
        new("adaptive_avg_pool1d", i => F.adaptive_avg_pool1d(i[0], 4), () => [randn(2, 3, 9)]),
        new("adaptive_avg_pool2d", i => F.adaptive_avg_pool2d(i[0], (3, 2)), () => [randn(2, 3, 7, 8)]),
        new("adaptive_avg_pool2d global", i => F.adaptive_avg_pool2d(i[0], 1), () => [randn(2, 3, 7, 8)]),
        new("adaptive_avg_pool3d", i => F.adaptive_avg_pool3d(i[0], [2, 2, 2]), () => [randn([2, 3, 4, 4, 4])]),
        new("adaptive_max_pool1d", i => F.adaptive_max_pool1d(i[0], 4), () => [randn(2, 3, 9)]),
        new("adaptive_max_pool2d", i => F.adaptive_max_pool2d(i[0], [3, 2]), () => [randn(2, 3, 7, 8)]),
        new("adaptive_max_pool3d", i => F.adaptive_max_pool3d(i[0], [2, 2, 2]), () => [randn([2, 3, 4, 4, 4])]),
        new("batch_norm", i => F.batch_norm(i[0], i[1], i[2].abs() + 0.5, i[1], i[2]), () => [randn(2, 3, 4, 4), randn(3), randn(3)]),
        new("layer_norm", i => F.layer_norm(i[0], [4], i[1], i[1], 1e-3), () => [randn(2, 3, 4), randn(4)]),
        new("layer_norm plain", i => F.layer_norm(i[0], [3, 4]), () => [randn(2, 3, 4)]),
        new("group_norm", i => F.group_norm(i[0], 2, i[1], i[1]), () => [randn(2, 4, 5, 5), randn(4)]),
        new("instance_norm", i => F.instance_norm(i[0], null, null, i[1], i[1]), () => [randn(2, 4, 5, 5), randn(4)]),
        new("local_response_norm", i => F.local_response_norm(i[0], 3, 1e-2, 0.6, 1.5), () => [randn(2, 6, 5, 5)]),
        new("interpolate", i => F.interpolate(i[0], null, [2, 2], InterpolationMode.Bilinear, false), () => [randn(2, 3, 4, 5)]),
        new("interpolate nearest size", i => F.interpolate(i[0], [7, 9]), () => [randn(2, 3, 4, 5)]),
        new("interpolate aligned", i => F.interpolate(i[0], [7, 9], null, InterpolationMode.Bilinear, true), () => [randn(2, 3, 4, 5)]),
        new("interpolate bicubic", i => F.interpolate(i[0], [7, 9], null, InterpolationMode.Bicubic, false), () => [randn(2, 3, 4, 5)]),
        new("upsample", i => F.upsample(i[0], null, [2, 2], UpsampleMode.Nearest), () => [randn(2, 3, 4, 5)]),
        new("upsample_nearest1d", i => F.upsample_nearest1d(i[0], 7, null), () => [randn(2, 3, 4)]),
        new("upsample_nearest2d/upsample_nearest3d", i => F.upsample_nearest2d(i[0], null, [2, 3]), () => [randn(2, 3, 4, 5)]),
        new("grid_sample", i => F.grid_sample(i[0], i[1], align_corners: false), () => [randn(2, 3, 4, 5), (rand(2, 3, 3, 2) * 2) - 1]),
        new("affine_grid", i => F.affine_grid(i[0], [2, 3, 4, 5], true)[TensorIndex.Slice(0, 1)], () => [randn(2, 2, 3)]),
        new("embedding", i => i[1][TensorIndex.Tensor(i[0])], () => [randint(0, 5, [2, 3], int64), randn(5, 4)]),
        new("scaled_dot_product_attention", i => F.scaled_dot_product_attention(i[0], i[1], i[2]), () => [randn(2, 2, 5, 4), randn(2, 2, 6, 4), randn(2, 2, 6, 4)]),
        new("scaled_dot_product_attention causal", i => F.scaled_dot_product_attention(i[0], i[1], i[2], is_casual: true), () => [randn(2, 2, 5, 4), randn(2, 2, 5, 4), randn(2, 2, 5, 4)]),
        new("scaled_dot_product_attention mask", i => F.scaled_dot_product_attention(i[0], i[0], i[0], i[1]), () => [randn(2, 2, 5, 4), randn(5, 5)]),
    ];
}
