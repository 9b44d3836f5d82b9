#nullable enable
#if !HONE_TORCH
using System;
using System.Collections.Generic;
using System.IO;
#endif
using System.Text;

namespace Hone.Torch.Loading;

/// <summary>Lets a shared library load where the C++ runtime lacks a symbol version that the library names but never uses.</summary>
/// <remarks>
/// TorchSharp's native library is linked against a libstdc++ newer than that of Debian 12, Ubuntu 22.04 and RHEL 9. The only symbol
/// behind <c>GLIBCXX_3.4.32</c> is <c>std::ios_base_library_init()</c>, which no relocation refers to. Marking the version weak
/// (<c>VER_FLG_WEAK</c> in <c>.gnu.version_r</c>) makes the loader pass over it.
/// MSBuild compiles this one file for netstandard2.0 as well, which is why the task below is here and why there are no spans.
/// </remarks>
internal static class SymbolVersionPatch
{
    public const string LibraryFile = "libLibTorchSharp.so";
    public const string MissingVersion = "GLIBCXX_3.4.32";

    private const ushort Weak = 2;
    private const int SymbolSize = 24;
    private const int RelocationSize = 24;
    private const int VersionEntrySize = 16;

    /// <summary>Sets the weak flag on <paramref name="version"/> in place and tells whether a byte changed.</summary>
    /// <exception cref="InvalidDataException">The bytes are no well-formed ELF file, or a relocation uses a symbol of that version.</exception>
    public static bool Apply(byte[] library, string version)
    {
        var elf = new Elf(library);
        bool changed = false;
        foreach (long entry in FindVersionNeeds(elf, version))
        {
            ushort flags = elf.ReadUInt16(entry + 4);
            if ((flags & Weak) != 0)
                continue;
            RequireUnused(elf, elf.ReadUInt16(entry + 6), version);
            elf.WriteUInt16(entry + 4, (ushort)(flags | Weak));
            changed = true;
        }
        return changed;
    }

    /// <summary>Writes a patched copy of <paramref name="source"/>: to a temporary name first, renamed when complete.</summary>
    /// <exception cref="InvalidDataException"><paramref name="source"/> is no well-formed ELF file.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static void CopyPatched(string source, string destination)
    {
        byte[] library = File.ReadAllBytes(source);
        Apply(library, MissingVersion);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(destination))!); // a file path has a directory
        string temporary = destination + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            File.WriteAllBytes(temporary, library);
            if (File.Exists(destination))
                File.Replace(temporary, destination, null);
            else
                File.Move(temporary, destination);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static IEnumerable<long> FindVersionNeeds(Elf elf, string version)
    {
        Section? needs = elf.Find(Elf.VersionNeeds);
        if (needs is null)
            yield break;
        Section strings = elf.Linked(needs);
        long entriesLeft = needs.Size / VersionEntrySize;
        for (long file = needs.Offset; ;)
        {
            int count = elf.ReadUInt16(file + 2);
            long entry = file + elf.ReadUInt32(file + 8);
            for (int i = 0; i < count; i++)
            {
                if (entriesLeft-- <= 0)
                    throw new InvalidDataException("more version entries than their section can hold");
                if (elf.ReadName(strings, elf.ReadUInt32(entry + 8)) == version)
                    yield return entry;
                entry += elf.ReadUInt32(entry + 12);
            }
            uint next = elf.ReadUInt32(file + 12);
            if (next == 0)
                yield break;
            file += next;
        }
    }

    private static void RequireUnused(Elf elf, int index, string version)
    {
        Section? symbols = elf.Find(Elf.DynamicSymbols);
        Section? versions = elf.Find(Elf.SymbolVersions);
        if (symbols is null || versions is null)
            return;
        const int Hidden = 0x8000;
        foreach (Section relocations in elf.Sections)
        {
            if (relocations.Type != Elf.RelocationsWithAddend)
                continue;
            for (long at = relocations.Offset; at + RelocationSize <= relocations.Offset + relocations.Size; at += RelocationSize)
            {
                uint symbol = elf.ReadUInt32(at + 12);
                if (symbol == 0 || (elf.ReadUInt16(versions.Offset + 2L * symbol) & ~Hidden) != index)
                    continue;
                string name = elf.ReadName(elf.Linked(symbols), elf.ReadUInt32(symbols.Offset + (long)SymbolSize * symbol));
                throw new InvalidDataException($"symbol '{name}' of version {version} is used by a relocation");
            }
        }
    }

    /// <summary>Bounds-checked access to a 64-bit little-endian ELF file and its section table.</summary>
    private sealed class Elf
    {
        public const uint RelocationsWithAddend = 4;
        public const uint DynamicSymbols = 11;
        public const uint VersionNeeds = 0x6ffffffe;
        public const uint SymbolVersions = 0x6fffffff;

        private const uint NoBits = 8;
        private const int SectionHeaderSize = 64;

        private readonly byte[] _bytes;

        public Elf(byte[] bytes)
        {
            _bytes = bytes;
            if (bytes.Length < 6 || bytes[0] != 0x7f || bytes[1] != 'E' || bytes[2] != 'L' || bytes[3] != 'F')
                throw new InvalidDataException("not an ELF file");
            if (bytes[4] != 2 || bytes[5] != 1)
                throw new InvalidDataException("not a 64-bit little-endian ELF file");
            long table = ReadOffset(0x28);
            int entrySize = ReadUInt16(0x3a);
            int count = ReadUInt16(0x3c);
            if (count > 0 && entrySize < SectionHeaderSize)
                throw new InvalidDataException($"ELF section headers of {entrySize} bytes, expected {SectionHeaderSize}");
            Sections = new Section[count];
            for (int i = 0; i < count; i++)
                Sections[i] = ReadSection(table + (long)i * entrySize);
        }

        public Section[] Sections { get; }

        public Section? Find(uint type) => Array.Find(Sections, section => section.Type == type);

        public Section Linked(Section section) =>
            section.Link < Sections.Length
                ? Sections[section.Link]
                : throw new InvalidDataException($"ELF section link {section.Link} is outside the table of {Sections.Length}");

        public ushort ReadUInt16(long offset) => BitConverter.ToUInt16(_bytes, Check(offset, 2));

        public uint ReadUInt32(long offset) => BitConverter.ToUInt32(_bytes, Check(offset, 4));

        public void WriteUInt16(long offset, ushort value) => BitConverter.GetBytes(value).CopyTo(_bytes, Check(offset, 2));

        public string ReadName(Section strings, uint offset)
        {
            long start = strings.Offset + offset;
            long end = start;
            while (_bytes[Check(end, 1)] != 0)
                end++;
            return Encoding.ASCII.GetString(_bytes, (int)start, (int)(end - start));
        }

        private Section ReadSection(long header)
        {
            Check(header, SectionHeaderSize);
            var section = new Section(ReadUInt32(header + 4), ReadOffset(header + 0x18), ReadOffset(header + 0x20), ReadUInt32(header + 0x28));
            if (section.Type != NoBits && section.Offset > _bytes.Length - section.Size)
                throw new InvalidDataException($"ELF section at {section.Offset} of {section.Size} bytes lies beyond the file's {_bytes.Length}");
            return section;
        }

        private long ReadOffset(long offset)
        {
            ulong value = BitConverter.ToUInt64(_bytes, Check(offset, 8));
            return value <= int.MaxValue ? (long)value : throw new InvalidDataException($"ELF offset 0x{value:x} is out of range");
        }

        private int Check(long offset, int length) =>
            offset >= 0 && offset <= _bytes.Length - length
                ? (int)offset
                : throw new InvalidDataException($"ELF file of {_bytes.Length} bytes ends before offset {offset} + {length}");
    }

    private sealed class Section
    {
        public Section(uint type, long offset, long size, uint link)
        {
            Type = type;
            Offset = offset;
            Size = size;
            Link = link;
        }

        public uint Type { get; }

        public long Offset { get; }

        public long Size { get; }

        /// <summary>Index of the section with this one's strings.</summary>
        public uint Link { get; }
    }
}

#if !HONE_TORCH
/// <summary>The MSBuild task of Hone.Torch.targets.</summary>
public sealed class WeakenSymbolVersion : Microsoft.Build.Utilities.Task
{
    [Microsoft.Build.Framework.Required]
    public string Source { get; set; } = "";

    [Microsoft.Build.Framework.Required]
    public string Destination { get; set; } = "";

    public override bool Execute()
    {
        try
        {
            SymbolVersionPatch.CopyPatched(Source, Destination);
            return true;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Log.LogError("Cannot write a loadable copy of '{0}' to '{1}': {2}", Source, Destination, error.Message);
            return false;
        }
    }
}
#endif
