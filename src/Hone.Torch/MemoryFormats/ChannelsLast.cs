#pragma warning disable CA1707 // The names are those of PyTorch and of TorchSharp, which users look for.

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.MemoryFormats;

/// <summary>PyTorch's <c>channels_last</c> memory format: images whose channels lie side by side in memory, under the same shape <c>[N, C, H, W]</c>.</summary>
/// <remarks>
/// Convolutions and poolings of libtorch keep the format: convert the module once and each batch, and everything between is channels-last, forward and
/// backward. Volumes <c>[N, C, D, H, W]</c> have PyTorch's <c>channels_last_3d</c>. (PyTorch: "Channels Last Memory Format in PyTorch".)
/// </remarks>
public static class ChannelsLast
{
    /// <summary>Dimensions of a shape in the order in which memory is walked, slowest first, by the number of dimensions.</summary>
    private static long[]? MemoryOrder(long rank) => rank switch
    {
        4 => [0, 2, 3, 1],
        5 => [0, 2, 3, 4, 1],
        _ => null,
    };

    extension(Tensor tensor)
    {
        /// <value>
        /// Whether the tensor is dense with its channels side by side. As in PyTorch the strides of dimensions of size 1 do not count, so a tensor of one
        /// channel, or of one pixel, may be channels-last and contiguous at once. False for tensors that have neither 4 nor 5 dimensions.
        /// </value>
        public bool is_channels_last
        {
            get
            {
                if (MemoryOrder(tensor.dim()) is not { } order)
                    return false;
                long expected = 1;
                foreach (long axis in order.Reverse())
                {
                    if (tensor.shape[axis] == 1)
                        continue;
                    if (tensor.stride((int)axis) != expected)
                        return false;
                    expected *= tensor.shape[axis];
                }

                return true;
            }
        }

        /// <summary>The tensor in channels-last format: itself (under a new handle) if it has the format, else a copy. Gradients flow through.</summary>
        /// <returns>Of the same shape.</returns>
        /// <exception cref="ArgumentException">The tensor has neither 4 nor 5 dimensions.</exception>
        public Tensor to_channels_last()
        {
            long[] order = MemoryOrder(tensor.dim())
                ?? throw new ArgumentException($"Channels-last needs [N, C, H, W] or [N, C, D, H, W]; the tensor is [{string.Join(", ", tensor.shape)}].");
            if (tensor.is_channels_last)
                return tensor.alias();
            using Tensor turned = tensor.permute(order);
            using Tensor dense = turned.contiguous();
            return dense.permute(Inverse(order));
        }
    }

    extension<TModule>(TModule module)
        where TModule : nn.Module
    {
        /// <summary>
        /// Turns all parameters and buffers of 4 and 5 dimensions into channels-last format. They stay the same parameters, so optimizers that hold
        /// them stay valid; their gradients take the format too.
        /// </summary>
        /// <returns>The module.</returns>
        public TModule to_channels_last()
        {
            ArgumentNullException.ThrowIfNull(module);
            using IDisposable noGradients = no_grad();
            foreach (Tensor tensor in module.parameters().Cast<Tensor>().Concat(module.buffers()))
            {
                if (MemoryOrder(tensor.dim()) is null || tensor.is_channels_last)
                    continue;
                using Tensor turned = tensor.to_channels_last();
                tensor.set_(turned);
            }

            return module;
        }

        /// <value>Whether all parameters of 4 and 5 dimensions, of which there is at least one, are channels-last.</value>
        public bool is_channels_last
        {
            get
            {
                List<Parameter> images = [.. module.parameters().Where(p => MemoryOrder(p.dim()) is not null)];
                return images.Count > 0 && images.TrueForAll(p => p.is_channels_last);
            }
        }
    }

    /// <summary>Images as decoders and cameras give them, <c>[N, H, W, C]</c>, as a channels-last tensor <c>[N, C, H, W]</c> over the same memory.</summary>
    /// <param name="images">Of 4 dimensions, or 5 with the depth after the batch.</param>
    /// <exception cref="ArgumentException">The tensor has neither 4 nor 5 dimensions.</exception>
    public static Tensor FromInterleaved(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        long[] order = MemoryOrder(images.dim())
            ?? throw new ArgumentException($"Interleaved images are [N, H, W, C] or [N, D, H, W, C]; the tensor is [{string.Join(", ", images.shape)}].", nameof(images));
        return images.permute(Inverse(order));
    }

    private static long[] Inverse(long[] order) => [.. Enumerable.Range(0, order.Length).Select(axis => (long)Array.IndexOf(order, axis))];
}
