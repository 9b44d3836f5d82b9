using System.IO.Compression;
using System.Text;
using Hone.Weights.Pickle;

namespace Hone.Weights.Checkpoints;

/// <summary>The zip form of a checkpoint, which PyTorch writes since version 1.6: <c>data.pkl</c> and one uncompressed member per storage.</summary>
internal sealed class ZipStorages : IStorageSource
{
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _members = new(StringComparer.Ordinal);
    private readonly string _root;

    /// <exception cref="WeightFileException">The zip file is damaged, or no checkpoint.</exception>
    internal ZipStorages(Stream stream)
    {
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read);
            foreach (ZipArchiveEntry member in _archive.Entries)
                _members.TryAdd(member.FullName, member);
        }
        catch (InvalidDataException e)
        {
            throw new WeightFileException($"The zip file is damaged or cut short: {e.Message}", e);
        }

        const string Pickle = "data.pkl";
        // The folder is called like the file was when it was saved.
        string? path = _members.Keys.FirstOrDefault(name => name == Pickle || (name.EndsWith($"/{Pickle}", StringComparison.Ordinal) && name.Count(c => c == '/') == 1));
        _root = path?[..^Pickle.Length] ?? throw new WeightFileException("The zip file is no PyTorch checkpoint: it has no data.pkl.");
        if (_members.ContainsKey($"{_root}constants.pkl") || _members.Keys.Any(name => name.StartsWith($"{_root}code/", StringComparison.Ordinal)))
            throw new WeightFileException("The file is a TorchScript program, not a checkpoint. Save the weights in Python: torch.save(module.state_dict(), path).");
        CheckByteOrder();
    }

    internal object? ReadPickle(long maxBytes, IPickleObjects objects)
    {
        using Stream stream = _members[$"{_root}data.pkl"].Open();
        return Unpickler.Read(stream, maxBytes, objects);
    }

    public Stream Open(CheckpointStorage storage, long byteOffset)
    {
        if (!_members.TryGetValue($"{_root}data/{storage.Key}", out ZipArchiveEntry? member))
            throw new WeightFileException($"The file has no member data/{storage.Key}, which its pickle refers to.");
        if (member.CompressedLength != member.Length)
            throw new WeightFileException($"The member data/{storage.Key} is compressed, which PyTorch never does.");
        if (member.Length < storage.ByteCount)
            throw new WeightFileException($"Storage '{storage.Key}' needs {storage.ByteCount} bytes, its member has {member.Length}.");
        Stream stream = member.Open();
        if (stream.CanSeek)
            stream.Position = byteOffset;
        else
            Skip(stream, byteOffset);
        return stream;
    }

    public void Dispose() => _archive.Dispose();

    private static void Skip(Stream stream, long count)
    {
        byte[] buffer = new byte[Math.Min(count, 1 << 16)];
        while (count > 0)
        {
            int part = (int)Math.Min(buffer.Length, count);
            stream.ReadExactly(buffer, 0, part);
            count -= part;
        }
    }

    private void CheckByteOrder()
    {
        if (!_members.TryGetValue($"{_root}byteorder", out ZipArchiveEntry? member))
            return;
        const int LongestName = 16;
        byte[] text = new byte[LongestName];
        using Stream stream = member.Open();
        int length = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        string order = Encoding.ASCII.GetString(text, 0, length).Trim();
        if (order != "little")
            throw new WeightFileException($"The numbers are stored in the byte order '{order}'; only 'little' is read.");
    }
}
