using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.ControlFlow;

/// <summary>Collects an output of all iterations of a loop and stacks them along a new axis.</summary>
internal sealed class StackedOutput(EvaluationContext context, Value output)
{
    private readonly List<Tensor> _parts = [];
    private long _elementCount;

    /// <summary>Takes the output of one iteration.</summary>
    /// <exception cref="ModelFormatException">It has another type or shape than before, or all together have become too many.</exception>
    internal void Add(Tensor part)
    {
        _parts.Add(part);
        _elementCount += Math.Max(part.ElementCount, 1);
        if (part.DataType != _parts[0].DataType || !part.Shape.Equals(_parts[0].Shape))
            throw context.Error($"the scan output '{output.Name}' is {_parts[0]} at first and {part} later.");
        if (_elementCount > EvaluationContext.LargestElementCount)
            throw context.Error($"the scan output '{output.Name}' has grown beyond {EvaluationContext.LargestElementCount} elements.");
    }

    /// <summary>All parts in one tensor.</summary>
    /// <param name="axis">Where the new axis goes, -rank..rank-1 of the result.</param>
    /// <param name="reverse">Whether the last part comes first.</param>
    internal Tensor Stack(long axis, bool reverse)
    {
        if (_parts.Count == 0)
            return Empty(axis);
        if (reverse)
            _parts.Reverse();
        TensorShape part = _parts[0].Shape;
        int position = context.NormalizeAxis(axis, part.Rank + 1);
        Tensor result = new(_parts[0].DataType, new TensorShape([.. part.Take(position), _parts.Count, .. part.Skip(position)]));
        switch (result.DataType.BitWidth())
        {
            case 0: Copy<string>(result, position); break;
            case 8: Copy<byte>(result, position); break;
            case 16: Copy<ushort>(result, position); break;
            case 32: Copy<uint>(result, position); break;
            case 64: Copy<ulong>(result, position); break;
            default: throw context.Error($"the scan output '{output.Name}' is {result.DataType.DisplayName()}, which cannot be stacked.");
        }

        _parts.ForEach(p => p.Dispose());
        return result;
    }

    /// <summary>No iteration ran: the shape is what inference knows, with 0 for what it does not.</summary>
    private Tensor Empty(long axis)
    {
        if (output.DataType == DataType.Undefined)
            throw context.Error($"no iteration gave the scan output '{output.Name}', and its element type is not known.");
        long[] part = output.Shape?.Select(d => d.IsFixed ? d.Value : 0).ToArray() ?? [];
        int position = context.NormalizeAxis(axis, part.Length + 1);
        return new Tensor(output.DataType, new TensorShape([.. part.Take(position), 0, .. part.Skip(position)]));
    }

    private void Copy<T>(Tensor result, int axis)
    {
        long[] strides = result.Shape.Strides();
        long step = strides[axis];
        long[] partStrides = [.. strides.Take(axis), .. strides.Skip(axis + 1)];
        for (int i = 0; i < _parts.Count; i++)
        {
            TensorShape shape = _parts[i].Shape;
            StridedCopy.Run(shape.Dimensions, RawElements.Of<T>(_parts[i]), 0, shape.Strides(), RawElements.Of<T>(result), i * step, partStrides);
        }
    }
}
