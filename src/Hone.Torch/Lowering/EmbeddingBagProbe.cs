using Hone.Torch.Capture;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Lowering;

/// <summary>Finds the settings of an EmbeddingBag, which TorchSharp keeps in native memory only, by what it makes of small bags.</summary>
internal static class EmbeddingBagProbe
{
    /// <exception cref="UnsupportedLoweringException">No settings give the module's output.</exception>
    public static EmbeddingBagSettings Find(EmbeddingBag module) => ModuleState.Preserve(module, () =>
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = module.weight!; // every module has one
        long rows = weight.shape[0];
        if (rows < 3)
            throw LoweringContext.Unsupported("fewer than three rows");
        // The end of the bags is given or not: one bag or two.
        bool includesLast = module.call(tensor(new long[] { 0, 1 }), tensor(new long[] { 0, 2 })).shape[0] == 1;
        // Each row in a bag with itself and the next but one: where it is padding, it does not count.
        Tensor first = arange(rows, int64);
        Tensor bags = stack([first, first, (first + 1).remainder(rows)], dim: 1);
        Tensor offsets = arange(0, bags.numel() + (includesLast ? 1 : 0), 3, int64);
        Tensor actual = module.call(bags.flatten(), offsets);
        Tensor elements = weight[bags];
        foreach (EmbeddingBagMode mode in new[] { EmbeddingBagMode.Sum, EmbeddingBagMode.Mean, EmbeddingBagMode.Max })
        {
            Tensor expected = mode switch
            {
                EmbeddingBagMode.Sum => elements.sum(1),
                EmbeddingBagMode.Mean => elements.mean([1L]),
                _ => elements.amax([1L]),
            };
            long[] different = Different(actual, expected);
            if (different.Length == 0)
                return new EmbeddingBagSettings(mode, includesLast, -1);
            // The padding row is in its own bag and in the one before.
            if (different.Length <= 2)
                return new EmbeddingBagSettings(mode, includesLast, PaddingRow(different, rows));
        }

        throw LoweringContext.Unsupported("its bags are neither sums nor means nor maxima");
    });

    private static long[] Different(Tensor actual, Tensor expected) =>
        (actual - expected).abs().amax([1L]).gt(1e-4 * expected.abs().max().ToDouble()).nonzero().flatten().data<long>().ToArray();

    private static long PaddingRow(long[] different, long rows) => different switch
    {
        [long own] => own,
        [0, long last] when last == rows - 1 => 0,
        _ => different[1],
    };
}
