using TorchSharp;
using static TorchSharp.torch;

namespace FashionMnist;

/// <summary>The augmentation of both samples: each image is mirrored with a chance of one half.</summary>
internal static class Mirroring
{
    /// <param name="images"><c>[N, C, H, W]</c>.</param>
    /// <param name="random">Decides which.</param>
    internal static Tensor Apply(Tensor images, Generator random)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor isMirrored = randint(0, 2, [images.shape[0], 1, 1, 1], generator: random).eq(1);
        return where(isMirrored, images.flip(3), images).MoveToOuterDisposeScope();
    }
}
