using System.Runtime.InteropServices;

namespace Hone.Kernels.Emit;

/// <summary>Code arena under W^X: a region is mapped read-write, filled, then protected read-execute; it is never both.</summary>
/// <remarks>Null <see cref="Instance"/> means that this platform refuses executable memory or is not x64: static kernels run
/// then.</remarks>
internal sealed unsafe class ExecutableMemory
{
    private const int Readable = 1, Writable = 2, Executable = 4;
    private const uint Commit = 0x1000, Reserve = 0x2000, PageReadWrite = 0x04, PageExecuteRead = 0x20;

    private readonly Lock _lock = new();

    private ExecutableMemory()
    {
    }

    /// <summary>The arena of this process, or null where a probe could not be mapped and run.</summary>
    internal static ExecutableMemory? Instance { get; } = Probe();

    /// <summary>Bytes of code mapped so far, for listings.</summary>
    internal long MappedBytes { get; private set; }

    /// <summary>Maps a copy of the code and returns its address, or null where the system refuses. The code lives as long as the
    /// process.</summary>
    internal void* Add(ReadOnlySpan<byte> code)
    {
        nuint size = ((nuint)code.Length + 4095) & ~(nuint)4095;
        lock (_lock)
        {
            void* region = OperatingSystem.IsWindows() ? AddWindows(code, size) : AddUnix(code, size);
            if (region is not null)
            {
                MappedBytes += (long)size;
            }

            return region;
        }
    }

    private static ExecutableMemory? Probe()
    {
        bool known = OperatingSystem.IsLinux() || OperatingSystem.IsWindows() || OperatingSystem.IsFreeBSD();
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || !known || Cpu.Knobs.StaticKernels)
        {
            return null;
        }

        ExecutableMemory memory = new();
        void* stub = memory.Add([0xB8, 0x2A, 0, 0, 0, 0xC3]);
        return stub is not null && ((delegate* unmanaged<int>)stub)() == 42 ? memory : null;
    }

    private static void* AddUnix(ReadOnlySpan<byte> code, nuint size)
    {
        int anonymousPrivate = OperatingSystem.IsLinux() ? 0x22 : 0x1002;
        void* region = mmap(null, size, Readable | Writable, anonymousPrivate, -1, 0);
        if ((nint)region == -1)
        {
            return null;
        }

        code.CopyTo(new Span<byte>(region, code.Length));
        if (mprotect(region, size, Readable | Executable) != 0)
        {
            _ = munmap(region, size);
            return null;
        }

        return region;
    }

    private static void* AddWindows(ReadOnlySpan<byte> code, nuint size)
    {
        void* region = VirtualAlloc(null, size, Commit | Reserve, PageReadWrite);
        if (region is null)
        {
            return null;
        }

        code.CopyTo(new Span<byte>(region, code.Length));
        uint old;
        if (VirtualProtect(region, size, PageExecuteRead, &old) == 0)
        {
            _ = VirtualFree(region, 0, 0x8000);
            return null;
        }

        _ = FlushInstructionCache(GetCurrentProcess(), region, size);
        return region;
    }

#pragma warning disable SYSLIB1054 // blittable signatures need no generated marshalling
    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void* mmap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mprotect(void* address, nuint length, int protection);

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int munmap(void* address, nuint length);

    [DllImport("kernel32"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern void* VirtualAlloc(void* address, nuint size, uint type, uint protection);

    [DllImport("kernel32"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int VirtualProtect(void* address, nuint size, uint protection, uint* old);

    [DllImport("kernel32"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int VirtualFree(void* address, nuint size, uint type);

    [DllImport("kernel32"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int FlushInstructionCache(nint process, void* address, nuint size);

    [DllImport("kernel32"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint GetCurrentProcess();
#pragma warning restore SYSLIB1054
}
