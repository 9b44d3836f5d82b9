using Hone.Kernels.Cpu;

namespace Hone.Kernels.Gemm;

/// <summary>One line of the catalogue: a tile kernel, its needs and its geometry.</summary>
/// <param name="id">Name by the house rule, for example <c>f32-gemm-7x64__avx512</c>.</param>
/// <param name="isa">The tier it needs.</param>
/// <param name="type">Operand types.</param>
/// <param name="lanes">Columns per vector.</param>
/// <param name="maxVectors">Vectors per strip.</param>
/// <param name="elementsPerStep">Elements of a row that one step consumes.</param>
/// <param name="maxRows">Most rows per tile.</param>
/// <param name="method">The static method, or null for machine code that this process writes.</param>
internal sealed unsafe class TileKernel(
    string id, Isa isa, TileType type, int lanes, int maxVectors, int elementsPerStep, int maxRows, delegate*<TileArguments*, void> method)
{
    internal string Id => id;

    internal Isa Isa => isa;

    internal TileType Type => type;

    internal int Lanes => lanes;

    internal int MaxVectors => maxVectors;

    internal int ElementsPerStep => elementsPerStep;

    internal int MaxRows => maxRows;

    /// <summary>Most rows per tile of strips that are not full: as many as emitted code has address registers.</summary>
    internal int NarrowRows => IsEmitted ? 8 : MaxRows;

    internal delegate*<TileArguments*, void> Method => method;

    internal bool IsEmitted => method is null;

    /// <summary>True for emitted 256-bit code, which has no masks: its strips must be made of whole vectors.</summary>
    internal bool NeedsWholeVectors => IsEmitted && Lanes < 16;

    /// <summary>True for emitted 512-bit code of bytes that multiplies a panel as it lies in memory. Epilogues of floats are too short to gain.</summary>
    internal bool CanOverlap => IsEmitted && Lanes == 16 && Type == TileType.UInt8Int8 && ElementsPerStep == 4;

    /// <summary>True for emitted code that sums the lower half of a vector in half the time.</summary>
    internal bool HasHalves => IsEmitted && Lanes == 16 && Type == TileType.Float32;

    /// <summary>Bytes per element of A.</summary>
    internal int ElementSize => Type switch { TileType.Float32 => 4, TileType.BFloat16 => 2, _ => 1 };

    /// <summary>Rows as tiles that compute nothing in vain, if the kernel has the sizes for that.</summary>
    /// <param name="rows">Rows there are, at least 1.</param>
    /// <param name="vectors">Vectors per strip; narrow strips leave registers for more rows.</param>
    internal TileSplit Split(int rows, int vectors)
    {
        if (!IsEmitted)
        {
            int size = ChooseRows(rows, vectors), count = (rows + size - 1) / size;
            return new TileSplit(count, count, size);
        }

        int most = vectors < MaxVectors ? NarrowRows : MaxRows, tiles = (rows + most - 1) / most, longest = (rows + tiles - 1) / tiles;
        return new TileSplit(tiles, rows - tiles * (longest - 1), longest);
    }

    /// <summary>Rows per tile that waste the least for a number of rows: the last tile is computed whole.</summary>
    /// <param name="rows">Rows there are.</param>
    /// <param name="vectors">Vectors per strip; narrow strips leave registers for more rows.</param>
    internal int ChooseRows(long rows, int vectors)
    {
        if (!IsEmitted)
        {
            return rows == 1 ? 1 : MaxRows;
        }

        // A shorter tile reads the panel more often; 3 % per missing row is what that costs against a full tile.
        int most = vectors < MaxVectors ? NarrowRows : MaxRows;
        int best = (int)Math.Min(rows, most);
        double bestCost = double.MaxValue;
        for (int candidate = best; candidate >= Math.Max(1, best - 2); candidate--)
        {
            double computed = (double)((rows + candidate - 1) / candidate) * candidate;
            double cost = computed * (1 + 0.03 * (most - candidate));
            if (cost < bestCost)
            {
                bestCost = cost;
                best = candidate;
            }
        }

        return best;
    }
}
