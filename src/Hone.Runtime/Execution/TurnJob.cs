using Hone.Kernels.Layout;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>Turns a map between [N, C, pixels] and [N, pixels, C]; one item is a block of pixels of one image.</summary>
internal unsafe struct TurnJob : IParallelJob
{
    /// <summary>Elements that are worth waking another thread for.</summary>
    private const long SmallMap = 1 << 15;

    internal byte* Source;
    internal byte* Target;
    internal bool ToLast;
    internal int Size;
    internal int Channels;
    internal int Pixels;

    /// <summary>Elements between the pixels of the channels-last side.</summary>
    internal nint Stride;

    private int _blocks;

    internal void Run(Frame frame, int batch)
    {
        _blocks = (long)Channels * Pixels < SmallMap ? 1 : Math.Min(8, Pixels);
        WorkerPool.Shared.Run(ref this, batch * _blocks, frame.MaxThreads);
    }

    public readonly void Execute(int item)
    {
        int block = item % _blocks;
        TurnImage(item / _blocks, (int)((long)Pixels * block / _blocks), (int)((long)Pixels * (block + 1) / _blocks));
    }

    internal readonly void TurnImage(int image, int first, int end)
    {
        switch (Size)
        {
            case 1: Turn<byte>(image, first, end); break;
            case 2: Turn<ushort>(image, first, end); break;
            case 4: Turn<uint>(image, first, end); break;
            default: Turn<ulong>(image, first, end); break;
        }
    }

    private readonly void Turn<T>(int image, int first, int end)
        where T : unmanaged
    {
        nint plane = (nint)Channels * Pixels, map = Pixels * Stride;
        if (ToLast)
            Transpose.Matrix((T*)Source + image * plane + first, Pixels, (T*)Target + image * map + first * Stride, Stride, Channels, end - first);
        else
            Transpose.Matrix((T*)Source + image * map + first * Stride, Stride, (T*)Target + image * plane + first, Pixels, end - first, Channels);
    }
}
