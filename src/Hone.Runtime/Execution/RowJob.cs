using Hone.Kernels.Normalization;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>A function of whole rows; one item is a block of rows.</summary>
internal unsafe struct RowJob : IParallelJob
{
    private const int ElementsPerItem = 1 << 13;

    internal RowFunction Function;
    internal float* Source;
    internal float* Target;
    internal float* Gain;
    internal float* Bias;
    internal float Epsilon;
    internal int Length;
    internal long Rows;

    private long _rowsPerItem;

    internal void Run(Frame frame)
    {
        _rowsPerItem = Math.Max(1, ElementsPerItem / Length);
        WorkerPool.Shared.Run(ref this, checked((int)((Rows + _rowsPerItem - 1) / _rowsPerItem)), frame.MaxThreads);
    }

    public readonly void Execute(int item)
    {
        long end = Math.Min(Rows, (item + 1) * _rowsPerItem);
        for (long row = item * _rowsPerItem; row < end; row++)
        {
            float* x = Source + row * Length, y = Target + row * Length;
            switch (Function)
            {
                case RowFunction.Softmax: RowNormalization.Softmax(x, y, Length); break;
                case RowFunction.LogSoftmax: RowNormalization.LogSoftmax(x, y, Length); break;
                case RowFunction.Layer: RowNormalization.Layer(x, y, Length, Gain, Bias, Epsilon); break;
                default: RowNormalization.RootMeanSquare(x, y, Length, Gain, Epsilon); break;
            }
        }
    }
}
