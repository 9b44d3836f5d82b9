using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Hone.Torch.Tests.Lowering;

internal static class ShapeCases
{
    public static IEnumerable<OperationCase> All { get; } =
    [
        Of("reshape", x => x.reshape(x.shape[0], -1)),
        Of("reshape of sizes", x => x.reshape(x.shape[0] * 3, 4)),
        Of("view", x => x.view(-1, 4)),
        new("view_as", i => i[0].view_as(i[1]), () => [randn(2, 6), randn(2, 3, 2)]),
        Of("atleast_1d", x => x.sum().atleast_1d()),
        Of("atleast_2d", x => x.sum(2).sum(1).atleast_2d()),
        Of("atleast_3d", x => x.sum(2).atleast_3d()),
        Of("flatten", x => x.flatten(1)),
        Of("unflatten", x => x.unflatten(2, 2, 2)),
        Of("ravel", x => x.ravel()),
        Of("squeeze", x => x.unsqueeze(1).squeeze(1)),
        Of("squeeze all", x => x.unsqueeze(1).unsqueeze(-1).squeeze()),
        Of("unsqueeze", x => x.unsqueeze(-1)),
        Of("permute", x => x.permute(2, 0, 1)),
        Of("transpose", x => x.transpose(1, -1)),
        Of("swapaxes", x => x.swapaxes(0, 1)),
        Of("swapdims", x => x.swapdims(0, 2)),
        Of("t", x => x.sum(2).t()),
        Of("get_T", x => x.sum(2).T),
        Of("get_mT", x => x.mT),
        Of("movedim", x => x.movedim([0], [2])),
        Of("moveaxis", x => x.moveaxis([0, 1], [1, 2])),
        Of("expand", x => x.unsqueeze(1).expand(-1, 5, -1, -1)),
        Of("expand to size", x => x[0].expand(x.shape[0], 3, 4)),
        Of("expand_as", x => x.sum([1], keepdim: true).expand_as(x)),
        Of("broadcast_to", x => x.sum([1], keepdim: true).broadcast_to(x.shape)),
        Of("repeat", x => x.repeat(1, 2, 3)),
        Of("repeat more axes", x => x.repeat(2, 1, 2, 1)),
        Of("tile", x => x.tile([2, 2])),
        Of("repeat_interleave", x => x.repeat_interleave(3, 1)),
        Of("cat", x => torch.cat([x, x * 2], 1)),
        Of("concat", x => torch.concat(new[] { x, x * 2 }, -1)),
        Of("concatenate", x => torch.concatenate(new[] { x, x * 2 }, 1)),
        Of("hstack", x => torch.hstack(x, x)),
        Of("vstack", x => torch.vstack([x, x])),
        Of("stack", x => torch.stack([x, x + 1], 1)),
        Of("stack lazily", x => torch.stack(Enumerable.Range(0, 3).Select(i => x * i), -1)),
        Of("chunk", x => x.chunk(2, 2)),
        Of("split", x => x.split([1, 2], 1)),
        Of("split equal", x => x.split(2, 2)),
        Of("tensor_split", x => x.tensor_split(2, 1)),
        Of("split function", x => torch.split(x, [1, 3], 2)),
        Of("unbind", x => x.unbind(1)),
        Of("flip", x => x.flip(1, 2)),
        Of("fliplr", x => x.fliplr()),
        Of("flipud", x => x.flipud()),
        Of("roll", x => x.roll(1, 1)),
        Of("roll batch", x => x.roll([1, -1], [0, 2])),
        Of("roll flat", x => x.roll(2)),
        Of("pad", x => F.pad(x, (1, 2), PaddingModes.Constant, 3)),
        Of("pad number", x => F.pad(x.unsqueeze(1), 1)),
        Of("pad reflect", x => F.pad(x, (1, 2), PaddingModes.Reflect)),
        Of("pad replicate", x => F.pad(x, (1, 2), PaddingModes.Replicate)),
        Of("pad circular", x => F.pad(x, (1, 2), PaddingModes.Circular)),
        Image("pixel_shuffle", x => F.pixel_shuffle(x, 2)),
        Image("pixel_unshuffle", x => F.pixel_unshuffle(x, 2)),
        Image("channel_shuffle", x => x.channel_shuffle(2)),
        Of("meshgrid", x => torch.meshgrid([x[0, 0], x[1, 1]])),
        Of("get_Item", x => x[.., 1]),
        Of("get_Item range", x => x[.., 1..3, ^1]),
        Of("get_Item ellipsis", x => x[TensorIndex.Ellipsis, TensorIndex.Slice(0, null, 2)]),
        Of("get_Item new axis", x => x[.., TensorIndex.None]),
        Of("get_Item long", x => x[0, 1]),
        Of("get_Item last row", x => x[x.shape[0] - 1]),
        new("get_Item tensor", i => i[0][TensorIndex.Colon, TensorIndex.Tensor(i[1])], () => [randn(2, 3, 4), tensor(new long[] { 2, 0, 1, 1 })]),
        Of("index", x => x.index(TensorIndex.Colon, TensorIndex.Slice(1, 3))),
        Of("set_Item", x => Assign(x)),
        Of("set_Item mask", x => AssignMasked(x)),
        Of("select", x => x.select(1, -1)),
        Of("narrow", x => x.narrow(2, 1, 2)),
        Of("narrow dynamic", x => x.narrow(0, 1, x.shape[0] - 1)),
        Of("slice", x => x.slice(2, 0, 4, 2)),
        new("gather", i => i[0].gather(1, i[1]), () => [randn(2, 5), randint(0, 5, [2, 3], int64)]),
        new("take_along_dim", i => torch.take_along_dim(i[0], i[1], 1), () => [randn(2, 5), randint(0, 5, [2, 3], int64)]),
        new("index_select", i => i[0].index_select(1, i[1]), () => [randn(2, 5), tensor(new long[] { 3, 0, 3 })]),
        new("take", i => i[0].take(i[1]), () => [randn(2, 5), tensor(new long[] { 3, 0, 7 })]),
        new("scatter", i => i[0].scatter(1, i[1], i[2]), () => [randn(2, 5), tensor(new long[,] { { 3, 0, 1 }, { 0, 2, 4 } }), randn(2, 3)]),
        new("scatter_add", i => i[0].scatter_add(1, i[1], i[2]), () => [randn(2, 5), randint(0, 5, [2, 3], int64), randn(2, 3)]),
        new("one_hot", i => F.one_hot(i[0], 6), () => [randint(0, 6, [2, 3], int64)]),
        Of("tril", x => x.tril()),
        Of("triu", x => x.triu(1)),
        Of("zeros", x => torch.zeros(x.shape[0], 3, 4) + x),
        Of("ones", x => torch.ones([x.shape[0], 2])),
        Of("full", x => torch.full([x.shape[0], 2], 1.5)),
        Of("zeros_like", x => torch.zeros_like(x)),
        Of("ones_like", x => x.ones_like()),
        Of("full_like", x => torch.full_like(x, 2.5)),
        Of("new_zeros", x => x.new_zeros(2, 2) + x[0, 0, 0]),
        Of("new_ones", x => x.new_ones(x.shape[0], 2)),
        Of("new_full", x => x.new_full([2, 2], 3) + x[0, 0, 0]),
        Of("arange", x => torch.arange(4) + x),
        Of("arange of a size", x => torch.arange(0, x.shape[0]).unsqueeze(1)),
        Of("arange downwards", x => torch.arange(4, 0, -1) + x),
        Of("arange of floats", x => torch.arange(0.5, 2.5, 0.5) * x),
        Of("linspace", x => torch.linspace(0, 1, 4) * x),
        Of("eye", x => torch.eye(4) + x.sum([0, 1])),
        Of("tensor", x => torch.tensor(new float[] { 1, 2, 3, 4 }) + x),
        Of("tensor scalar", x => torch.tensor(2.5f) * x),
        Of("as_tensor", x => torch.as_tensor(new float[] { 1, 2, 3, 4 }) + x),
        Of("from_array", x => torch.from_array(new float[,] { { 1, 2, 3, 4 }, { 5, 6, 7, 8 }, { 0, 1, 0, 1 } }) + x),
        Of("ToTensor", x => 1.5f.ToTensor() * x),
        Of("op_Implicit", x => torch.maximum(x, 0.25f)),
    ];

    private static OperationCase Of(string name, Func<Tensor, object> run) => new(name, i => run(i[0]), () => [randn(2, 3, 4)]);

    private static OperationCase Image(string name, Func<Tensor, object> run) => new(name, i => run(i[0]), () => [randn(2, 8, 4, 4)]);

    private static Tensor AssignMasked(Tensor input)
    {
        Tensor x = input.clone();
        x[x > 0.5] = 7f;
        x[x.sum([1, 2]) > 0] = x.new_full([], -1);
        return x;
    }

    private static Tensor Assign(Tensor input)
    {
        Tensor x = input.clone();
        x[.., 1] = x[.., 0] * 2;
        x[.., 1..3, 2..] = 5;
        x[0] = torch.ones(4);
        return x;
    }
}
