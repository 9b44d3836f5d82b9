namespace Hone.Torch.Tests.Lowering;

/// <summary>Limits of single lowerings, for the page of supported operations.</summary>
internal static class SupportNotes
{
    private const string Random = "with `training: false`; random otherwise, and refused";
    private const string Batched = "needs a batch axis";

    public static IReadOnlyDictionary<string, string> Functions { get; } = new Dictionary<string, string>
    {
        ["adaptive_avg_pool1d"] = "windows of unequal size become slices",
        ["adaptive_avg_pool2d"] = "windows of unequal size become slices",
        ["adaptive_avg_pool3d"] = "windows of unequal size become slices",
        ["adaptive_max_pool1d"] = "windows of unequal size become slices",
        ["adaptive_max_pool2d"] = "windows of unequal size become slices",
        ["alpha_dropout"] = Random,
        ["baddbmm"] = "refused: TorchSharp 0.107 mixes up its operands; use `bmm` and an addition",
        ["batch_norm"] = "needs running statistics",
        ["bitwise_right_shift"] = "arithmetic, as PyTorch shifts",
        ["block_diag"] = "blocks of a fixed number of columns",
        ["cov"] = "of a matrix, without weights",
        ["cuda"] = "passes its tensor on; not tested",
        ["cumprod"] = "needs opset 26",
        ["diag_embed"] = "the last two axes",
        ["diagonal"] = "of axes of fixed size",
        ["dropout"] = Random,
        ["dropout1d"] = Random,
        ["dropout2d"] = Random,
        ["dropout3d"] = Random,
        ["feature_alpha_dropout"] = Random,
        ["get_Item"] = "numbers, ranges, ellipsis, new axes, one index tensor; no masks",
        ["hardtanh"] = "refused: TorchSharp 0.107 returns its input unchanged; use `clamp`",
        ["index_add"] = "the index is a vector",
        ["interpolate"] = "no antialias",
        ["isclose"] = "without `nanEqual`",
        ["matrix_power"] = "powers from 1",
        ["matrix_norm"] = "Frobenius",
        ["max_pool1d_with_indices"] = Batched,
        ["max_pool2d_with_indices"] = Batched,
        ["max_pool3d_with_indices"] = Batched,
        ["max_unpool1d"] = Batched,
        ["max_unpool2d"] = Batched,
        ["max_unpool3d"] = Batched,
        ["nan_to_num"] = "without replacements for infinities",
        ["norm"] = "of vectors, and Frobenius of matrices",
        ["one_hot"] = "needs `num_classes`",
        ["scaled_dot_product_attention"] = "without dropout",
        ["searchsorted"] = "one sorted vector",
        ["set_Item"] = "numbers and ranges of step 1, or a number at the places of a mask",
        ["slice_scatter"] = "step 1",
        ["tensordot"] = "axes given as two lists",
        ["where"] = "with both values",
    };

    public static IReadOnlyDictionary<string, string> Modules { get; } = new Dictionary<string, string>
    {
        ["BatchNorm1d"] = "needs running statistics",
        ["BatchNorm2d"] = "needs running statistics",
        ["BatchNorm3d"] = "needs running statistics",
        ["Conv2d"] = "padding modes become Pad",
    };
}
