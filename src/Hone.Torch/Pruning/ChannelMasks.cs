using Hone.Compression.Channels;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning;

/// <summary>Puts a module under the masks of a plan that was made for its captured graph: train it so, then capture it and remove the zero
/// channels.</summary>
public static class ChannelMasks
{
    /// <summary>Masks the weights, biases and normalizations that make the channels to be removed; they are zero from now on.</summary>
    /// <param name="module">The captured module.</param>
    /// <param name="plan">Of the graph that <c>module.Capture</c> gave.</param>
    /// <exception cref="ArgumentException">The module lacks a parameter of the plan.</exception>
    public static void Apply(nn.Module module, ChannelPlan plan)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(plan);
        Dictionary<string, nn.Module> parts = module.named_modules().GroupBy(m => m.name).ToDictionary(g => g.Key, g => g.First().module);
        parts[""] = module;
        foreach ((string path, Hone.Tensors.Tensor mask) in plan.Masks())
        {
            int dot = path.LastIndexOf('.');
            if (!parts.TryGetValue(dot < 0 ? "" : path[..dot], out nn.Module? owner))
                throw new ArgumentException($"The module has no part for the constant '{path}' of the plan; was the plan made for a capture of it?",
                    nameof(plan));
            using Tensor converted = mask.ToTorch();
            Prune.CustomFromMask(owner, path[(dot + 1)..], converted);
            mask.Dispose();
        }
    }
}
