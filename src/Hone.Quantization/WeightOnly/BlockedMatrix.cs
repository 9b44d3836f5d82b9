using Hone.Graphs;
using Hone.Quantization.Observers;
using Hone.Tensors;

namespace Hone.Quantization.WeightOnly;

/// <summary>A weight with one row for each output, and its codes in blocks along the rows; each block has a scale and a zero point.</summary>
internal sealed class BlockedMatrix
{
    private readonly bool _roundsToHalf;

    private BlockedMatrix(float[] weights, int outputs, int depth, int blockSize, QuantizationSpec spec, bool roundsToHalf)
    {
        (Weights, Outputs, Depth, BlockSize, Spec, _roundsToHalf) = (weights, outputs, depth, blockSize, spec, roundsToHalf);
        Codes = new int[weights.Length];
        Scales = new float[outputs * Blocks];
        ZeroPoints = new int[outputs * Blocks];
    }

    /// <summary>[outputs, depth].</summary>
    internal float[] Weights { get; }

    internal int Outputs { get; }

    internal int Depth { get; }

    internal int BlockSize { get; }

    internal QuantizationSpec Spec { get; }

    internal int Blocks => (Depth + BlockSize - 1) / BlockSize;

    /// <summary>[outputs, depth].</summary>
    internal int[] Codes { get; }

    /// <summary>[outputs, blocks].</summary>
    internal float[] Scales { get; }

    /// <summary>[outputs, blocks].</summary>
    internal int[] ZeroPoints { get; }

    /// <summary>Reads a constant matrix.</summary>
    /// <param name="weight">[depth, outputs], or [outputs, depth] where <paramref name="sumAxis"/> is 1.</param>
    /// <param name="sumAxis">The axis that the product sums over.</param>
    /// <param name="blockSize">Elements that share a scale.</param>
    /// <param name="spec">What the codes are to be.</param>
    /// <param name="roundsToHalf">Whether scales are to be numbers of float16.</param>
    /// <exception cref="QuantizationException">An element is NaN or infinite.</exception>
    internal static BlockedMatrix Of(Value weight, int sumAxis, int blockSize, QuantizationSpec spec, bool roundsToHalf = false)
    {
        Tensor matrix = weight.Constant!;
        ReadOnlySpan<float> elements = matrix.AsSpan<float>();
        if (ElementRange.FirstNonFinite(elements) is { } element)
            throw new QuantizationException(weight.Name, $"It holds {element}, which has no place on a grid of integers.");
        (int outputs, int depth) = ((int)matrix.Shape[1 - sumAxis], (int)matrix.Shape[sumAxis]);
        return new BlockedMatrix(sumAxis == 1 ? elements.ToArray() : Transposed<float>(elements, depth, outputs), outputs, depth, blockSize, spec, roundsToHalf);
    }

    /// <summary>The elements of a block of a row.</summary>
    internal ReadOnlySpan<float> Block(int output, int block) => Weights.AsSpan((output * Depth) + (block * BlockSize), Math.Min(BlockSize, Depth - (block * BlockSize)));

    /// <summary>The grid of a block as it is stored.</summary>
    internal BlockGrid Grid(int output, int block)
    {
        (int minimum, int maximum) = Spec.CodeRange;
        return new BlockGrid(Scales[(output * Blocks) + block], ZeroPoints[(output * Blocks) + block], minimum, maximum);
    }

    /// <summary>The scale as it can be stored: scales too small or large for float16 stay.</summary>
    internal float Storable(float scale)
    {
        Half half = (Half)scale;
        return _roundsToHalf && Half.IsNormal(half) ? (float)half : scale;
    }

    /// <summary>Writes the codes of a block, rounding to nearest by its scale and zero point.</summary>
    internal void Round(int output, int block, BlockGrid grid)
    {
        grid = grid with { Scale = Storable(grid.Scale) };
        Scales[(output * Blocks) + block] = grid.Scale;
        ZeroPoints[(output * Blocks) + block] = grid.ZeroPoint;
        ReadOnlySpan<float> weights = Block(output, block);
        Span<int> codes = Codes.AsSpan((output * Depth) + (block * BlockSize), weights.Length);
        for (int i = 0; i < weights.Length; i++)
            codes[i] = grid.Code(weights[i]);
    }

    /// <summary>[rows, columns] to [columns, rows].</summary>
    internal static T[] Transposed<T>(ReadOnlySpan<T> source, int rows, int columns)
    {
        T[] target = new T[source.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                target[(j * rows) + i] = source[(i * columns) + j];
        }

        return target;
    }
}
