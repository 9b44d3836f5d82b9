using System.Buffers.Binary;
using System.Numerics;
using Hone.Weights.Pickle;

namespace Hone.Weights.Checkpoints;

/// <summary>The older form of a checkpoint: pickles one after the other, then the elements of each storage behind their number.</summary>
/// <remarks>Source: <c>_legacy_save</c> in <c>torch/serialization.py</c>.</remarks>
internal sealed class LegacyStorages(Stream stream) : IStorageSource
{
    private const long ProtocolVersion = 1001;

    private static readonly BigInteger s_magic = BigInteger.Parse("01950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber, null);

    private readonly Dictionary<string, long> _positions = new(StringComparer.Ordinal);

    /// <exception cref="WeightFileException">The file is damaged, or no checkpoint.</exception>
    internal object? ReadPickles(long maxBytes, CheckpointObjects objects)
    {
        stream.Position = 0;
        if (Next() is not BigInteger magic || magic != s_magic || Next() is not ProtocolVersion)
            throw new WeightFileException("The file is a pickle, but not one that torch.save writes.");
        if (Next() is not PickleDictionary system || system.Named.GetValueOrDefault("little_endian") is not true)
            throw new WeightFileException("The numbers are not stored in little-endian byte order.");
        object? root = Next();
        if (Next() is not List<object?> keys)
            throw new WeightFileException("The list of storages is missing.");
        foreach (object? key in keys)
            Locate(key as string, objects);
        return root;

        object? Next() => Unpickler.Read(stream, maxBytes, objects);
    }

    public Stream Open(CheckpointStorage storage, long byteOffset)
    {
        if (!_positions.TryGetValue(storage.Key, out long position))
            throw new WeightFileException($"The file does not hold storage '{storage.Key}', which its pickle refers to.");
        stream.Position = position + byteOffset;
        return new UnownedStream(stream);
    }

    public void Dispose() => stream.Dispose();

    private void Locate(string? key, CheckpointObjects objects)
    {
        if (key is null || !objects.Storages.TryGetValue(key, out CheckpointStorage? storage))
            throw new WeightFileException($"The list of storages names '{key}', which no tensor uses.");
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        if (stream.Length - stream.Position < prefix.Length)
            throw new WeightFileException($"The file ends before storage '{key}'.");
        stream.ReadExactly(prefix);
        long count = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (count != storage.Count || storage.ByteCount > stream.Length - stream.Position)
            throw new WeightFileException($"Storage '{key}' should have {storage.Count} elements; the file says {count} and has {stream.Length - stream.Position} bytes left.");
        if (!_positions.TryAdd(key, stream.Position))
            throw new WeightFileException($"Storage '{key}' is listed twice.");
        stream.Position += storage.ByteCount;
    }
}
