using System.Collections;
using System.Reflection;
using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>A field of a module, or of an object that a module holds, as it was before a run.</summary>
internal sealed class FieldState
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly object _owner;
    private readonly object? _value;
    private readonly object?[]? _items;
    private readonly Tensor[] _tensors;

    private FieldState(object owner, FieldInfo field)
    {
        _owner = owner;
        Field = field;
        _value = field.GetValue(owner);
        _items = _value switch
        {
            nn.Module => null,
            IDictionary dictionary => Entries(dictionary),
            IList list => [.. list.Cast<object?>()],
            _ => null,
        };
        _tensors = [.. TensorsIn(_value)];
    }

    public FieldInfo Field { get; }

    /// <summary>The name as it is written in C#, also where the compiler made the field for a property.</summary>
    public string Name => Field.Name.StartsWith('<') ? Field.Name[1..Field.Name.IndexOf('>', StringComparison.Ordinal)] : Field.Name;

    public string OwnerName => _owner.GetType().Name;

    /// <summary>Whether it holds other tensors than before, alone or in tuples, collections, records and structs.</summary>
    public bool HoldsOtherTensors => !TensorsIn(Field.GetValue(_owner)).SequenceEqual(_tensors, ReferenceEqualityComparer.Instance);

    /// <summary>Whether it is a number, text or truth value, and another one than before.</summary>
    public bool IsOtherPlainValue => IsPlain(Field.FieldType) && !Equals(Field.GetValue(_owner), _value);

    /// <summary>The fields of a module and of the user's objects that it holds, but not of its submodules.</summary>
    public static IEnumerable<FieldState> Of(nn.Module module) => Of(module, typeof(nn.Module), new HashSet<object>(ReferenceEqualityComparer.Instance));

    public bool Holds(Tensor tensor) => _tensors.Contains(tensor, ReferenceEqualityComparer.Instance);

    public void Restore()
    {
        bool isTracked = HoldsOtherTensors || IsOtherPlainValue;
        if (!isTracked || (Field.IsInitOnly && ReferenceEquals(Field.GetValue(_owner), _value) && _items is null))
            return;
        Field.SetValue(_owner, _value);
        if (_items is not null)
            RestoreItems(_items);
    }

    private void RestoreItems(object?[] items)
    {
        if (_value is IDictionary dictionary)
        {
            dictionary.Clear();
            foreach (DictionaryEntry entry in items.OfType<DictionaryEntry>())
                dictionary.Add(entry.Key, entry.Value);
        }
        else if (_value is IList { IsFixedSize: false } list)
        {
            list.Clear();
            foreach (object? item in items)
                list.Add(item);
        }
        else if (_value is IList array)
        {
            for (int i = 0; i < items.Length; i++)
                array[i] = items[i];
        }
    }

    private static IEnumerable<FieldState> Of(object owner, Type end, HashSet<object> seen)
    {
        if (!seen.Add(owner))
            yield break;
        for (Type? type = owner.GetType(); type is not null && type != end && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(Instance))
            {
                FieldState state = new(owner, field);
                yield return state;
                if (state._value is { } value && value is not nn.Module && !value.GetType().IsValueType && UserCode.IsUser(value.GetType()))
                {
                    foreach (FieldState inner in Of(value, typeof(object), seen))
                        yield return inner;
                }
            }
        }
    }

    private static IEnumerable<Tensor> TensorsIn(object? value)
    {
        if (value is null or nn.Module)
            return [];
        Type type = value.GetType();
        // The fields of the user's structs are part of the value; those of his classes have states of their own.
        return type.IsValueType && UserCode.IsUser(type) && !type.IsPrimitive && !type.IsEnum
            ? type.GetFields(Instance).SelectMany(field => TensorsIn(field.GetValue(value)))
            : Snapshot.Tensors(value);
    }

    private static object?[] Entries(IDictionary dictionary)
    {
        List<object?> entries = [];
        foreach (DictionaryEntry entry in dictionary)
            entries.Add(entry);
        return [.. entries];
    }

    private static bool IsPlain(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string);
}
