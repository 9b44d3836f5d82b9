using Hone.Torch.Loading;

namespace Hone.Torch.Tests.Loading;

public sealed class SymbolVersionPatchTests
{
    private static readonly string s_library = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", SymbolVersionPatch.LibraryFile);

    [Fact]
    public void Apply_OnLibraryOfTheBuild_FindsItPatched() =>
        Assert.False(SymbolVersionPatch.Apply(ReadLibrary(), SymbolVersionPatch.MissingVersion));

    [Fact]
    public void Apply_OnStrongVersion_SetsOneBitAndIsIdempotent()
    {
        byte[] before = ReadLibrary();
        Strengthen(before);
        byte[] after = (byte[])before.Clone();
        Assert.True(SymbolVersionPatch.Apply(after, SymbolVersionPatch.MissingVersion));
        Assert.Equal(1, before.Zip(after).Count(pair => pair.First != pair.Second));
        Assert.False(SymbolVersionPatch.Apply(after, SymbolVersionPatch.MissingVersion));
    }

    [Fact]
    public void Apply_OnVersionInUse_Refuses()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SymbolVersionPatch.Apply(ReadLibrary(), "GLIBCXX_3.4.21"));
        Assert.Contains("is used by a relocation", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_OnTruncatedFile_ThrowsInvalidData()
    {
        byte[] library = ReadLibrary();
        foreach (int length in (int[])[0, 3, 5, 16, 63, 64, 4096, library.Length / 2, library.Length - 1])
            Assert.Throws<InvalidDataException>(() => SymbolVersionPatch.Apply(library[..length], SymbolVersionPatch.MissingVersion));
    }

    [Fact]
    public void Apply_OnDamagedHeaders_ThrowsInvalidDataOrLeavesTheFile()
    {
        byte[] library = ReadLibrary();
        long table = BitConverter.ToInt64(library, 0x28);
        Random random = new(5);
        for (int round = 0; round < 200; round++)
        {
            byte[] damaged = (byte[])library.Clone();
            for (int i = 0; i < 8; i++)
                damaged[table + random.Next((int)(library.Length - table))] = (byte)random.Next(256);
            Exception? error = Record.Exception(() => SymbolVersionPatch.Apply(damaged, SymbolVersionPatch.MissingVersion));
            Assert.True(error is null or InvalidDataException, error?.ToString());
        }
    }

    [Fact]
    public void PatchInto_WritesALoadableCopyOnce()
    {
        string folder = Directory.CreateTempSubdirectory("hone-test-").FullName;
        try
        {
            string source = Path.Combine(folder, SymbolVersionPatch.LibraryFile);
            byte[] strong = ReadLibrary();
            Strengthen(strong);
            File.WriteAllBytes(source, strong);
            string copy = TorchLibrary.PatchInto(source, Path.Combine(folder, "cache"));
            Assert.Equal(ReadLibrary(), File.ReadAllBytes(copy));
            Assert.Equal(copy, TorchLibrary.PatchInto(source, Path.Combine(folder, "cache")));
            Assert.Single(Directory.GetFiles(Path.GetDirectoryName(copy)!));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void EnsureLoadable_AfterAPreparedBuild_DoesNothing()
    {
        Assert.Null(TorchLibrary.FindUnpatched());
        TorchLibrary.EnsureLoadable();
    }

    private static byte[] ReadLibrary()
    {
        Assert.SkipUnless(File.Exists(s_library), "TorchSharp's Linux library is not part of this build");
        return File.ReadAllBytes(s_library);
    }

    /// <summary>Undoes the patch: the entry of the version holds the ELF hash of its name in front of the flags.</summary>
    private static void Strengthen(byte[] library)
    {
        byte[] entry = BitConverter.GetBytes(ElfHash(SymbolVersionPatch.MissingVersion));
        int at = library.AsSpan().IndexOf((ReadOnlySpan<byte>)[.. entry, 2, 0]);
        Assert.True(at > 0);
        library[at + 4] = 0;
    }

    private static uint ElfHash(string name)
    {
        uint hash = 0;
        foreach (char letter in name)
        {
            hash = (hash << 4) + letter;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }
        return hash;
    }
}
