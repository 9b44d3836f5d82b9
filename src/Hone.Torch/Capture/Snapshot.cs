using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>Turns arguments and results into what a trace keeps: tensors by identity, numbers by value, sequences as arrays.</summary>
internal static class Snapshot
{
    private static readonly FieldInfo[] s_indexFields =
        [.. new[] { "kind", "startIndexOrBoolOrSingle", "stopIndex", "step", "tensor" }.Select(name =>
            typeof(TensorIndex).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)
            ?? throw new HoneException($"TorchSharp's TensorIndex has no field '{name}'; this version of Hone is made for TorchSharp 0.107."))];

    /// <param name="value">An argument, a result, or a part of one.</param>
    /// <param name="identify">Gives the trace value of a tensor; null where there is none.</param>
    public static object? Of(object? value, Func<Tensor, TraceValue?> identify) => value switch
    {
        null or string or bool or Enum or nn.Module or Delegate => value,
        Tensor tensor => identify(tensor),
        Scalar scalar => Number(scalar),
        TensorIndex index => Index(index, identify),
        float number => (double)number,
        int or short or sbyte or byte or uint or ushort => Convert.ToInt64(value, null),
        ITuple tuple => Enumerable.Range(0, tuple.Length).Select(i => Of(tuple[i], identify)).ToArray(),
        IDictionary dictionary => dictionary.Values.Cast<object?>().Select(item => Of(item, identify)).ToArray(),
        // Anything else that can be enumerated may be lazy, and running it here would run it twice.
        ICollection collection => collection.Cast<object?>().Select(item => Of(item, identify)).ToArray(),
        _ => value,
    };

    /// <summary>The tensors in an argument or result, nested ones included.</summary>
    public static IEnumerable<Tensor> Tensors(object? value) => value switch
    {
        Tensor tensor => [tensor],
        TensorIndex index => Tensors(s_indexFields[4].GetValue(index)),
        string => [],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Tensors(tuple[i])),
        IDictionary dictionary => dictionary.Values.Cast<object?>().SelectMany(Tensors),
        Array { Rank: 1 } array when array.GetType().GetElementType()!.IsPrimitive => [], // an array has an element type
        ICollection collection => collection.Cast<object?>().SelectMany(Tensors),
        _ => [],
    };

    /// <summary>The trace values in a snapshot, in order.</summary>
    public static IEnumerable<TraceValue> Values(object? snapshot) => snapshot switch
    {
        TraceValue value => [value],
        IndexArgument { Tensor: { } tensor } => [tensor],
        object?[] items => items.SelectMany(Values),
        _ => [],
    };

    private static object Number(Scalar scalar) => scalar.Type switch
    {
        ScalarType.Bool => scalar.ToBoolean(),
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 => scalar.ToInt64(),
        ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 => throw new CaptureException("Complex numbers have no counterpart in ONNX."),
        _ => scalar.ToDouble(),
    };

    private static IndexArgument Index(TensorIndex index, Func<Tensor, TraceValue?> identify)
    {
        object?[] fields = Array.ConvertAll(s_indexFields, field => field.GetValue(index));
        IndexKind kind = Enum.Parse<IndexKind>(fields[0]!.ToString()!); // the kind is an enumeration of the same names
        return new IndexArgument(kind, fields[1], fields[2], fields[3], fields[4] is Tensor tensor ? identify(tensor) : null);
    }
}
