using TorchSharp.Modules;

namespace Hone.Torch.Lowering;

/// <summary>Table look-ups.</summary>
internal static class EmbeddingLowerings
{
    public static IEnumerable<KeyValuePair<Type, Lowering>> Modules { get; } =
    [
        new(typeof(Embedding), c => c.Set(c.Node("Gather", [c.State("weight"), c.Tensor(0)], ("axis", 0L)))),
        new(typeof(EmbeddingBag), EmbeddingBagLowering.Module),
    ];
}
