using System.Runtime.InteropServices;
using TorchSharp;

namespace Hone.Torch.Loading;

/// <summary>Loads TorchSharp's native library where the build did not prepare it: notebooks, scripts, folders copied from elsewhere.</summary>
public static class TorchLibrary
{
    private static readonly Lock s_lock = new();
    private static bool s_isResolved;

    /// <summary>
    /// Makes TorchSharp loadable; to be called before the first use of TorchSharp. Applications that reference Hone.Torch as a package or
    /// project need no call: their build places a library that loads everywhere.
    /// </summary>
    /// <remarks>
    /// Only on Linux, and only if the library beside the application does not load as it is. A patched copy is then kept in the user's cache
    /// folder and TorchSharp is directed to it; no file of the application changes.
    /// </remarks>
    /// <exception cref="HoneException">The library is damaged, or the copy cannot be written.</exception>
    public static void EnsureLoadable()
    {
        if (!OperatingSystem.IsLinux())
            return;
        lock (s_lock)
        {
            if (!s_isResolved && FindUnpatched() is { } library)
                Redirect(library);
            s_isResolved = true;
        }
    }

    /// <summary>Writes a patched copy into <paramref name="cache"/>, named after the contents, and returns its path.</summary>
    internal static string PatchInto(string library, string cache)
    {
        try
        {
            byte[] hash = System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(library));
            string copy = Path.Combine(cache, Convert.ToHexStringLower(hash.AsSpan(0, 8)), SymbolVersionPatch.LibraryFile);
            if (!File.Exists(copy))
                SymbolVersionPatch.CopyPatched(library, copy);
            return copy;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new HoneException($"'{library}' does not load on this system and no loadable copy could be made in '{cache}': {error.Message}", error);
        }
    }

    /// <summary>The library TorchSharp would load, if it still names the missing version as a must.</summary>
    internal static string? FindUnpatched()
    {
        string searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        string[] folders = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"), .. searched.Split(':')];
        string? library = folders.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, SymbolVersionPatch.LibraryFile)).FirstOrDefault(File.Exists);
        try
        {
            return library is not null && SymbolVersionPatch.Apply(File.ReadAllBytes(library), SymbolVersionPatch.MissingVersion) ? library : null;
        }
        catch (InvalidDataException error)
        {
            throw new HoneException($"'{library}' is damaged: {error.Message}", error);
        }
    }

    private static void Redirect(string library)
    {
        string cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "hone");
        string copy = PatchInto(library, cache);
        // The copy lies apart from the libraries it needs: they must be in memory before it.
        foreach (string dependency in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
        {
            if (!NativeLibrary.TryLoad(Path.Combine(Path.GetDirectoryName(library) ?? "", dependency), out _))
                NativeLibrary.TryLoad(dependency, typeof(torch).Assembly, null, out _);
        }

        NativeLibrary.SetDllImportResolver(typeof(torch).Assembly, (name, _, _) => Resolve(name, copy));
    }

    private static nint Resolve(string name, string copy) =>
        name == "LibTorchSharp" ? NativeLibrary.Load(copy) : 0;
}
