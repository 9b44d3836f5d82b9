namespace Hone.Kernels.Gemm;

/// <summary>Rows shared out over tiles of nearly the same size: the first ones have one row more than the rest.</summary>
/// <param name="Tiles">Number of tiles.</param>
/// <param name="LongTiles">Tiles of <paramref name="Rows"/> rows; the others have one row less.</param>
/// <param name="Rows">Most rows of a tile.</param>
internal readonly record struct TileSplit(int Tiles, int LongTiles, int Rows)
{
    /// <summary>Rows of the tile with that number.</summary>
    internal int RowsOf(int tile) => tile < LongTiles ? Rows : Rows - 1;

    /// <summary>The first row of the tile with that number, or the number of rows behind the last.</summary>
    internal int FirstRow(int tile) => tile * Rows - Math.Max(0, tile - LongTiles);

    /// <summary>How many tiles of the same size begin at that one, up to a number.</summary>
    internal int Alike(int tile, int most) => Math.Min(most, (tile < LongTiles ? LongTiles : Tiles) - tile);
}
