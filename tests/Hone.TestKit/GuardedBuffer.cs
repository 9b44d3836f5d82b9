using System.Runtime.InteropServices;

namespace Hone.TestKit;

/// <summary>Native memory with an unreadable page on either side: an access beyond the bytes ends the process.</summary>
/// <remarks>The bytes touch the page behind them, or with <c>atStart</c> the page before them. Where pages cannot be protected it is plain memory.</remarks>
public sealed unsafe class GuardedBuffer : IDisposable
{
    private const nuint Page = 4096;
    private readonly byte* _region;
    private readonly nuint _size;
    private readonly bool _isMapped;

    public GuardedBuffer(long length, bool atStart = false)
    {
        Length = length;
        nuint inner = ((nuint)length + Page - 1) & ~(Page - 1);
        _size = inner + 2 * Page;
        _isMapped = OperatingSystem.IsLinux();
        if (_isMapped)
        {
            _region = (byte*)mmap(null, _size, 3, 0x22, -1, 0);
            if ((nint)_region == -1 || mprotect(_region, Page, 0) != 0 || mprotect(_region + Page + inner, Page, 0) != 0)
            {
                throw new InvalidOperationException("Guard pages could not be mapped.");
            }
        }
        else
        {
            _region = (byte*)NativeMemory.AllocZeroed(_size);
        }

        Pointer = atStart ? _region + Page : _region + Page + inner - length;
    }

    /// <summary>The first byte; zero-filled. Elements are aligned to their size only if the length is a multiple of it.</summary>
    public byte* Pointer { get; }

    public long Length { get; }

    public Span<T> Span<T>()
        where T : unmanaged => new(Pointer, checked((int)(Length / sizeof(T))));

    public static GuardedBuffer Of<T>(ReadOnlySpan<T> values, bool atStart = false)
        where T : unmanaged
    {
        GuardedBuffer buffer = new((long)values.Length * sizeof(T), atStart);
        values.CopyTo(buffer.Span<T>());
        return buffer;
    }

    public void Dispose()
    {
        if (_isMapped)
        {
            _ = munmap(_region, _size);
        }
        else
        {
            NativeMemory.Free(_region);
        }
    }

    [DllImport("libc")]
    private static extern void* mmap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc")]
    private static extern int mprotect(void* address, nuint length, int protection);

    [DllImport("libc")]
    private static extern int munmap(void* address, nuint length);
}
