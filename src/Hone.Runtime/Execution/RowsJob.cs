using Hone.Kernels.Elementwise;
using Hone.Kernels.Threading;
using Hone.Runtime.Lowering.Elementwise;

namespace Hone.Runtime.Execution;

/// <summary>A function of up to three broadcast tensors; one item is a block of rows, or a part of the only row.</summary>
internal unsafe struct RowsJob : IParallelJob
{
    internal byte* A;
    internal byte* B;
    internal byte* C;
    internal byte* Target;

    private RowKernel _kernel;
    private int _rank;
    private bool _isOneRow;
    private long _rows;
    private long _run;
    private long _perItem;
    private int _targetSize;
    private fixed int _sizes[RowsShape.MostArguments];
    private fixed long _steps[RowsShape.MostArguments];
    private fixed long _lengths[RowsShape.MostDimensions];
    private fixed long _strides[RowsShape.MostArguments * RowsShape.MostDimensions];

    /// <param name="kernel">The function.</param>
    /// <param name="shape">How the arguments are broadcast.</param>
    /// <param name="elementSizes">Bytes per element of each argument.</param>
    /// <param name="targetSize">Bytes per element of the result.</param>
    internal static RowsJob Create(RowKernel kernel, RowsShape shape, ReadOnlySpan<int> elementSizes, int targetSize)
    {
        RowsJob job = new() { _kernel = kernel, _rank = shape.Lengths.Length, _isOneRow = shape.Rows == 1, _rows = shape.Rows, _run = shape.Run, _targetSize = targetSize };
        shape.Lengths.CopyTo(new Span<long>(job._lengths, RowsShape.MostDimensions));
        for (int argument = 0; argument < elementSizes.Length; argument++)
        {
            job._sizes[argument] = elementSizes[argument];
            job._steps[argument] = shape.Steps[argument];
            shape.Strides[argument].CopyTo(new Span<long>(job._strides + (argument * RowsShape.MostDimensions), RowsShape.MostDimensions));
        }

        return job;
    }

    /// <summary>Rows, or elements of the only row: the outermost entries may be fewer in a run than were planned.</summary>
    internal long Entries
    {
        readonly get => _isOneRow ? _run : _rows;
        set => (_isOneRow ? ref _run : ref _rows) = value;
    }

    internal void Run(Frame frame)
    {
        _perItem = _isOneRow ? ElementBlocks.Size : Math.Max(1, ElementBlocks.Size / _run);
        WorkerPool.Shared.Run(ref this, checked((int)((Entries + _perItem - 1) / _perItem)), frame.MaxThreads);
    }

    public readonly void Execute(int item)
    {
        long first = item * _perItem;
        if (_isOneRow)
        {
            Call(A + Offset(0, first), B + Offset(1, first), C + Offset(2, first), Target + (first * _targetSize), Math.Min(_perItem, _run - first));
            return;
        }

        long end = Math.Min(_rows, first + _perItem);
        for (long row = first; row < end; row++)
        {
            long rest = row, a = 0, b = 0, c = 0;
            for (int dimension = _rank - 1; dimension >= 0; dimension--)
            {
                (rest, long at) = Math.DivRem(rest, _lengths[dimension]);
                a += at * _strides[dimension];
                b += at * _strides[RowsShape.MostDimensions + dimension];
                c += at * _strides[(2 * RowsShape.MostDimensions) + dimension];
            }

            Call(A + (a * _sizes[0]), B + (b * _sizes[1]), C + (c * _sizes[2]), Target + (row * _run * _targetSize), _run);
        }
    }

    private readonly long Offset(int argument, long element) => element * _steps[argument] * _sizes[argument];

    private readonly void Call(byte* a, byte* b, byte* c, byte* target, long count) =>
        _kernel(a, (nint)_steps[0], b, (nint)_steps[1], c, (nint)_steps[2], target, (nint)count);
}
