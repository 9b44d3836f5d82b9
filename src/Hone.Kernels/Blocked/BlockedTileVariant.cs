namespace Hone.Kernels.Blocked;

/// <summary>What is fixed in one emitted tile kernel over weights in blocks.</summary>
/// <param name="Rows">Rows of activations.</param>
/// <param name="Groups">Groups of 16 columns.</param>
/// <param name="Layout">K and N of it do not count; see <see cref="Of"/>.</param>
internal readonly record struct BlockedTileVariant(int Rows, int Groups, BlockedLayout Layout)
{
    /// <summary>The variant for sizes of any kind: the code depends on the block only.</summary>
    internal static BlockedTileVariant Of(int rows, int groups, BlockedLayout layout) => new(rows, groups, layout with { K = 0, N = 0 });
}
