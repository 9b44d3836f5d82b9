using System.Runtime.InteropServices;

namespace Hone.Kernels.Memory;

/// <summary>A stack of native scratch memory per thread: grows to the deepest use, then allocates nothing.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    [ThreadStatic]
    private static Scratch? s_current;

    private byte* _base;
    private nuint _size;
    private nuint _used;

    private Scratch()
    {
    }

    ~Scratch() => NativeMemory.AlignedFree(_base);

    /// <summary>Takes memory of the calling thread until the frame is disposed; frames nest. The content is undefined.</summary>
    internal static Frame Take(long bytes)
    {
        Scratch scratch = s_current ??= new Scratch();
        nuint size = ((nuint)bytes + 2 * Alignment - 1) & ~(Alignment - 1);
        if (scratch._used + size > scratch._size)
        {
            if (scratch._used != 0)
            {
                return new Frame(scratch, (byte*)NativeMemory.AlignedAlloc(size, Alignment), 0);
            }

            NativeMemory.AlignedFree(scratch._base);
            scratch._size = Math.Max(size + size / 2, 1u << 16);
            scratch._base = (byte*)NativeMemory.AlignedAlloc(scratch._size, 4096);
        }

        Frame frame = new(scratch, scratch._base + scratch._used, size);
        scratch._used += size;
        return frame;
    }

    /// <summary>Memory that the calling thread holds until <see cref="Dispose"/>.</summary>
    internal readonly ref struct Frame(Scratch owner, byte* pointer, nuint size)
    {
        /// <summary>The first byte, aligned to 64.</summary>
        internal byte* Pointer => pointer;

        public void Dispose()
        {
            if (size == 0)
            {
                NativeMemory.AlignedFree(pointer);
            }
            else
            {
                owner._used -= size;
            }
        }
    }
}
