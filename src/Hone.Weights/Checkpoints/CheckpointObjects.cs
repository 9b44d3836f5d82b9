using System.Collections.Frozen;
using Hone.Tensors;
using Hone.Weights.Pickle;

namespace Hone.Weights.Checkpoints;

/// <summary>What a checkpoint's pickle may name: containers, storages, element types, and the functions that make tensors of them.</summary>
/// <remarks>Source: <c>torch/_utils.py</c> and <c>torch/serialization.py</c> of PyTorch.</remarks>
internal sealed class CheckpointObjects : IPickleObjects
{
    private static readonly FrozenDictionary<PickleGlobal, object> s_known = Known().ToFrozenDictionary();

    private readonly Dictionary<string, CheckpointStorage> _storages = new(StringComparer.Ordinal);

    /// <summary>The storages that the pickle referred to, by key.</summary>
    internal IReadOnlyDictionary<string, CheckpointStorage> Storages => _storages;

    public object Find(PickleGlobal global) => s_known.TryGetValue(global, out object? known)
        ? known
        : throw new UnsafePickleException(
            global.ToString(),
            $"The pickle names '{global}'. Only tensors, containers and plain values are read, and nothing is ever run. "
            + "If you trust the file, load it in Python and save its state dictionary alone: torch.save(model.state_dict(), path).");

    public object? Call(object? function, IReadOnlyList<object?> arguments) => (function, arguments) switch
    {
        (RebuildFunction.OrderedDictionary, []) => new PickleDictionary(),
        (RebuildFunction.Size, [PickleTuple sizes]) => sizes,
        (RebuildFunction.Parameter, [CheckpointTensor data, _, _]) => data,
        (RebuildFunction.TensorOfTypedStorage, [CheckpointStorage storage, long offset, PickleTuple sizes, PickleTuple strides, ..]) =>
            CheckpointTensor.Create(storage, storage.Type, offset, Integers(sizes), Integers(strides)),
        (RebuildFunction.TensorOfUntypedStorage, [CheckpointStorage storage, long offset, PickleTuple sizes, PickleTuple strides, _, _, DataType type, ..]) =>
            CheckpointTensor.Create(storage, type, offset, Integers(sizes), Integers(strides)),
        _ => throw new WeightFileException($"The pickle calls {(function is RebuildFunction known ? known : "what is no function")} with {arguments.Count} arguments that do not fit."),
    };

    public object Load(object? persistentId)
    {
        // The sixth item, the view of the oldest files, is null in all that are in use.
        object?[] id = persistentId is PickleTuple { Items: { Count: 5 or 6 } items } ? [.. items] : [];
        if (id is not ["storage", StorageType type, string key, string, long count, ..] || (id.Length == 6 && id[5] is not null))
            throw new WeightFileException("The pickle refers to something that is no storage.");
        if (count < 0 || count > long.MaxValue / 64)
            throw new WeightFileException($"Storage '{key}' claims {count} elements.");
        CheckpointStorage storage = new(key, type.Type, count);
        if (_storages.TryAdd(key, storage))
            return storage;
        return _storages[key] == storage ? _storages[key] : throw new WeightFileException($"Storage '{key}' is described in two ways.");
    }

    private static long[] Integers(PickleTuple tuple)
    {
        const int MaxLength = 1024;
        if (tuple.Items.Count > MaxLength || !tuple.Items.All(item => item is long))
            throw new WeightFileException("The sizes or strides of a tensor are no short list of integers.");
        return [.. tuple.Items.Select(item => (long)item!)]; // checked above
    }

    private static Dictionary<PickleGlobal, object> Known()
    {
        Dictionary<PickleGlobal, object> known = new()
        {
            [new PickleGlobal("collections", "OrderedDict")] = RebuildFunction.OrderedDictionary,
            [new PickleGlobal("torch", "Size")] = RebuildFunction.Size,
            [new PickleGlobal("torch._utils", "_rebuild_tensor_v2")] = RebuildFunction.TensorOfTypedStorage,
            [new PickleGlobal("torch._utils", "_rebuild_tensor_v3")] = RebuildFunction.TensorOfUntypedStorage,
            [new PickleGlobal("torch._utils", "_rebuild_parameter")] = RebuildFunction.Parameter,
            [new PickleGlobal("torch.storage", "UntypedStorage")] = new StorageType(DataType.UInt8),
        };
        (string Storage, string Name, DataType Type)[] types =
        [
            ("Float", "float32", DataType.Float32), ("Double", "float64", DataType.Float64), ("Half", "float16", DataType.Float16),
            ("BFloat16", "bfloat16", DataType.BFloat16), ("Byte", "uint8", DataType.UInt8), ("Char", "int8", DataType.Int8),
            ("Short", "int16", DataType.Int16), ("Int", "int32", DataType.Int32), ("Long", "int64", DataType.Int64), ("Bool", "bool", DataType.Bool),
        ];
        foreach ((string storage, string name, DataType type) in types)
        {
            known.Add(new PickleGlobal("torch", $"{storage}Storage"), new StorageType(type));
            known.Add(new PickleGlobal("torch", name), type);
        }

        foreach ((string name, DataType type) in (ReadOnlySpan<(string, DataType)>)[("uint16", DataType.UInt16), ("uint32", DataType.UInt32), ("uint64", DataType.UInt64)])
            known.Add(new PickleGlobal("torch", name), type);
        return known;
    }
}
