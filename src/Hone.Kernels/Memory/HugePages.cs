using System.Runtime.InteropServices;

namespace Hone.Kernels.Memory;

/// <summary>Memory in pages of 2 MB where the system has them: one pass over weights of many megabytes waits for a page at a time otherwise.</summary>
internal static unsafe class HugePages
{
    private const nuint PageSize = 2 << 20;

    // Below this the pages at the ends would be a noticeable share of the whole.
    private const nuint SmallestSize = 2 * PageSize;

    private const int AdviseHugePages = 14;

    /// <summary>Allocates memory to be freed by <see cref="NativeMemory.AlignedFree"/>. The content is undefined.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="alignment">A power of 2; large memory begins at a page.</param>
    internal static byte* Allocate(nuint size, nuint alignment)
    {
        if (!OperatingSystem.IsLinux() || size < SmallestSize)
        {
            return (byte*)NativeMemory.AlignedAlloc(size, alignment);
        }

        byte* pointer = (byte*)NativeMemory.AlignedAlloc(size, Math.Max(alignment, PageSize));

        // Advice that is refused changes nothing but the speed.
        _ = madvise(pointer, size & ~(PageSize - 1), AdviseHugePages);
        return pointer;
    }

#pragma warning disable SYSLIB1054 // blittable signatures need no generated marshalling
    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int madvise(void* address, nuint length, int advice);
#pragma warning restore SYSLIB1054
}
