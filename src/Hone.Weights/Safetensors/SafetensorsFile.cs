using System.Buffers.Binary;
using Hone.Tensors;

namespace Hone.Weights.Safetensors;

/// <summary>A safetensors file, open for reading.</summary>
internal sealed class SafetensorsFile : WeightFile
{
    private readonly FileStream _stream;
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    internal SafetensorsFile(string path, FileStream stream, WeightReadOptions options)
        : base(path)
    {
        _stream = stream;
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (stream.Length < prefix.Length)
            throw new WeightFileException($"'{path}' is neither a safetensors file nor a PyTorch checkpoint: it has {stream.Length} bytes.");
        stream.Position = 0;
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)(stream.Length - prefix.Length))
            throw new WeightFileException($"'{path}' is neither a safetensors file nor a PyTorch checkpoint: a header of {length} bytes does not fit into {stream.Length}.");
        if (length > (ulong)options.MaxHeaderBytes)
            throw new WeightFileException($"The header of '{path}' has {length} bytes; at most {options.MaxHeaderBytes} are read ({nameof(WeightReadOptions)}.{nameof(WeightReadOptions.MaxHeaderBytes)}).");
        byte[] json = new byte[length];
        stream.ReadExactly(json);
        long dataStart = stream.Position;
        SafetensorsHeader header;
        try
        {
            header = SafetensorsHeader.Parse(json, stream.Length - dataStart);
        }
        catch (WeightFileException e) when (e.TensorName is null)
        {
            throw new WeightFileException($"'{path}': {e.Message}", e);
        }

        Metadata = header.Metadata;
        foreach ((WeightEntry entry, long offset) in header.Tensors)
        {
            Add(entry);
            _offsets.Add(entry.Name, dataStart + offset);
        }
    }

    private protected override Tensor Read(WeightEntry entry)
    {
        _stream.Position = _offsets[entry.Name];
        Tensor tensor = new(entry.DataType, entry.Shape);
        TensorStreams.Fill(_stream, tensor);
        return tensor;
    }

    private protected override void Dispose(bool disposing) => _stream.Dispose();
}
