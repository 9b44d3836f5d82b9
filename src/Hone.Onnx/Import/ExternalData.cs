using Hone.Onnx.Protobuf;
using Hone.Tensors;
using Microsoft.Win32.SafeHandles;

namespace Hone.Onnx.Import;

/// <summary>Reads tensors whose bytes lie in files beside the model. Nothing outside of the model's folder is ever opened.</summary>
internal sealed unsafe class ExternalData(string? directory) : IDisposable
{
    private const int ChunkSize = 1 << 24;

    private readonly Dictionary<string, SafeFileHandle> _files = new(StringComparer.Ordinal);

    /// <exception cref="ModelFormatException">The reference is invalid or points outside of the model's folder, or the file is too short.</exception>
    internal Tensor Read(TensorProto proto, DataType type, TensorShape shape)
    {
        if (type == DataType.String)
            throw TensorImporter.Broken(proto, "holds strings, which cannot be external data");
        Dictionary<string, string> entries = new(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in proto.ExternalData)
            entries[entry.Key] = entry.Value;
        if (!entries.TryGetValue("location", out string? location) || location.Length == 0)
            throw TensorImporter.Broken(proto, "is external data without a location");
        SafeFileHandle file = Open(proto, location);
        long expected = TensorImporter.ByteCount(proto, type, shape);
        long offset = ReadNumber(proto, entries, "offset", 0);
        long length = ReadNumber(proto, entries, "length", expected);
        long available = RandomAccess.GetLength(file);
        if (length != expected)
            throw TensorImporter.Broken(proto, $"is {type.DisplayName()} {shape} and needs {expected} bytes, its external data has {length}");
        if (offset > available || available - offset < expected)
            throw TensorImporter.Broken(proto, $"needs bytes {offset}..{offset}+{expected} of '{location}', which has only {available}");
        Tensor tensor = new(type, shape);
        Fill(file, offset, (byte*)tensor.Pointer, expected);
        TensorImporter.NormalizeBooleans(tensor);
        return tensor;
    }

    public void Dispose()
    {
        foreach (SafeFileHandle file in _files.Values)
            file.Dispose();
    }

    private static void Fill(SafeFileHandle file, long offset, byte* destination, long count)
    {
        long done = 0;
        while (done < count)
        {
            int read = RandomAccess.Read(file, new Span<byte>(destination + done, (int)Math.Min(ChunkSize, count - done)), offset + done);
            if (read == 0)
                throw new ModelFormatException("A file of external data became shorter while it was read.");
            done += read;
        }
    }

    private static long ReadNumber(TensorProto proto, Dictionary<string, string> entries, string key, long defaultValue)
    {
        if (!entries.TryGetValue(key, out string? text))
            return defaultValue;
        return long.TryParse(text, out long number) && number >= 0
            ? number
            : throw TensorImporter.Broken(proto, $"has external data whose {key} is '{text}', not a number of bytes");
    }

    private SafeFileHandle Open(TensorProto proto, string location)
    {
        if (_files.TryGetValue(location, out SafeFileHandle? open))
            return open;
        if (directory is null)
            throw TensorImporter.Broken(proto, $"is external data in '{location}', but the model does not come from a folder; set {nameof(OnnxReadOptions)}.{nameof(OnnxReadOptions.ExternalDataDirectory)}");
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + Path.DirectorySeparatorChar;
        FileInfo file;
        try
        {
            file = new(Path.GetFullPath(Path.Combine(root, location)));
            if (!IsInside(file.FullName, root) || LinksOutside(file, root))
                throw TensorImporter.Broken(proto, $"is external data in '{location}', which lies outside of the model's folder");
            open = File.OpenHandle(file.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ModelFormatException($"The external data '{location}' of the tensor '{proto.Name}' cannot be read: {e.Message}", e);
        }

        _files.Add(location, open);
        return open;
    }

    /// <summary>Whether the file, or a folder on the way to it, is a symbolic link to somewhere else.</summary>
    private static bool LinksOutside(FileInfo file, string root)
    {
        for (FileSystemInfo? entry = file; entry is not null && IsInside(entry.FullName, root); entry = Directory.GetParent(entry.FullName))
        {
            if (entry.ResolveLinkTarget(returnFinalTarget: true) is { } target && !IsInside(target.FullName, root))
                return true;
        }

        return false;
    }

    private static bool IsInside(string path, string root) => path.StartsWith(root, StringComparison.Ordinal);
}
