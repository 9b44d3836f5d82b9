using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning.Methods;

/// <summary>Prunes the blocks of least Euclidean norm in the matrix that has the first axis as rows and all others as columns.</summary>
/// <remarks>At the lower and right edges blocks may be smaller; they are compared by the mean square of what they hold.</remarks>
public sealed class Block : PruningMethod
{
    private readonly PruningAmount _amount;
    private readonly int _rows;
    private readonly int _columns;

    /// <summary>Creates the method.</summary>
    /// <param name="amount">How many of the blocks.</param>
    /// <param name="rows">Height of a block, at least 1.</param>
    /// <param name="columns">Width of a block, at least 1.</param>
    public Block(PruningAmount amount, int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (_amount, _rows, _columns) = (amount, rows, columns);
    }

    /// <inheritdoc/>
    public override PruningType Type => PruningType.Global;

    /// <inheritdoc/>
    public override Tensor ComputeMask(Tensor importance, Tensor defaultMask)
    {
        ArgumentNullException.ThrowIfNull(importance);
        ArgumentNullException.ThrowIfNull(defaultMask);
        CheckedAxis(importance, 0);
        using DisposeScope scope = NewDisposeScope();
        Tensor squares = (importance * defaultMask).flatten(1).square();
        (long height, long width) = (squares.shape[0], squares.shape[1]);
        Tensor sums = BlockSums(squares);
        Tensor means = sums / BlockSums(ones_like(squares));
        (Tensor _, Tensor pruned) = means.flatten().topk((int)_amount.Of(means.numel()), largest: false);
        Tensor blocks = ones(means.numel(), dtype: defaultMask.dtype, device: defaultMask.device).index_fill(0, pruned, 0).view(means.shape);
        Tensor mask = blocks.repeat_interleave(_rows, 0).repeat_interleave(_columns, 1).slice(0, 0, height, 1).slice(1, 0, width, 1);
        return (mask.reshape(defaultMask.shape) * defaultMask).MoveToOuterDisposeScope();
    }

    private Tensor BlockSums(Tensor matrix)
    {
        (long height, long width) = (matrix.shape[0], matrix.shape[1]);
        (long down, long across) = ((height + _rows - 1) / _rows, (width + _columns - 1) / _columns);
        Tensor padded = nn.functional.pad(matrix, [0, (across * _columns) - width, 0, (down * _rows) - height]);
        return padded.view(down, _rows, across, _columns).sum([1L, 3L]);
    }
}
