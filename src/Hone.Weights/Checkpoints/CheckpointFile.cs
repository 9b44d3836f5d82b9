using Hone.Tensors;
using Hone.Weights.Pickle;

namespace Hone.Weights.Checkpoints;

/// <summary>A checkpoint that <c>torch.save</c> wrote, open for reading.</summary>
internal sealed class CheckpointFile : WeightFile
{
    private const long FreeExpansion = 256L << 20;
    private const long MaxExpansion = 16;

    private readonly IStorageSource _storages;
    private readonly Dictionary<string, CheckpointTensor> _tensors = new(StringComparer.Ordinal);

    internal CheckpointFile(string path, Stream stream, WeightReadOptions options)
        : base(path)
    {
        try
        {
            CheckpointObjects objects = new();
            object? root;
            if (IsZip(stream))
            {
                ZipStorages zip = new(stream);
                _storages = zip;
                root = zip.ReadPickle(options.MaxPickleBytes, objects);
            }
            else
            {
                LegacyStorages legacy = new(stream);
                _storages = legacy;
                root = legacy.ReadPickles(options.MaxPickleBytes, objects);
            }

            PickleDictionary chosen = StateDictionary.Find(root, options.Key);
            AddTensors(chosen, stream.Length);
            Metadata = PlainValues.Of(root, chosen);
        }
        catch (UnsafePickleException e)
        {
            throw new UnsafePickleException(e.Global, $"'{path}' is refused. {e.Message}");
        }
        catch (Exception e) when (e is InvalidDataException or WeightFileException { TensorName: null })
        {
            throw new WeightFileException($"'{path}': {e.Message}", e);
        }
    }

    /// <summary>Whether a file begins like a zip file or a pickle, and not like a safetensors file.</summary>
    internal static bool IsCheckpoint(Stream stream)
    {
        Span<byte> start = stackalloc byte[9];
        stream.Position = 0;
        int count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        // The ninth byte of a safetensors file opens its JSON header.
        return count >= 2 && (count < start.Length || start[8] != '{') && (IsZip(stream) || (start[0] == (byte)PickleOpcode.Proto && start[1] is >= 2 and <= 5));
    }

    private static bool IsZip(Stream stream)
    {
        Span<byte> start = stackalloc byte[4];
        stream.Position = 0;
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start[..2].SequenceEqual("PK"u8) && start[2] is 3 or 5;
    }

    private void AddTensors(PickleDictionary dictionary, long fileLength)
    {
        Int128 total = 0;
        foreach ((string name, object? value) in dictionary.Named)
        {
            if (value is not CheckpointTensor tensor)
                continue;
            total += tensor.Type.ByteCount(tensor.Shape.ElementCount);
            _tensors.Add(name, tensor);
            Add(new WeightEntry(name, tensor.Type, tensor.Shape));
        }

        // Shared and expanded storages may be larger in memory than in the file, within reason.
        if (total > FreeExpansion + (Int128)fileLength * MaxExpansion)
            throw new WeightFileException($"The tensors would take {total} bytes; the file has {fileLength}.");
    }

    private protected override Tensor Read(WeightEntry entry)
    {
        CheckpointTensor view = _tensors[entry.Name];
        int width = view.Type.BitWidth() / 8;
        if (view.Shape.ElementCount == 0)
            return new Tensor(view.Type, view.Shape);
        using Stream stream = _storages.Open(view.Storage, view.Offset * width);
        Tensor stored = new(view.Type, view.IsDense ? view.Shape : new TensorShape(view.Extent));
        TensorStreams.Fill(stream, stored);
        if (view.IsDense)
            return stored;
        using (stored)
            return StridedView.Gather(stored, view.Shape, view.Strides);
    }

    private protected override void Dispose(bool disposing) => _storages.Dispose();
}
