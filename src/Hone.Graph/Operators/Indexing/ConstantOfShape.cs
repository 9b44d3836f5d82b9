using Hone.Graphs;
using Hone.Operators.Elementwise;
using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>A tensor that holds one value everywhere.</summary>
/// <remarks>
/// ONNX operator <c>ConstantOfShape</c>, opset 9 and up: input shape (int64); output of that shape. Attribute value: a tensor of one element,
/// default float32 0.
/// </remarks>
internal sealed class ConstantOfShape : Operator
{
    public override string Name => "ConstantOfShape";

    public override int SinceVersion => 9;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        Tensor? value = context.Attributes.GetTensor("value");
        SymbolicShape? shape = null;
        if (context.Contents(0) is { } wanted)
        {
            shape = new SymbolicShape(wanted.ToArray());
            if (shape.Any(d => d is { IsFixed: true, Value: < 0 }))
                throw context.Error($"the shape {shape} has a negative dimension.");
        }

        Dimension[]? contents = value is { DataType: DataType.Int64 or DataType.Int32, ElementCount: 1 } && shape is { Rank: <= 1, IsFixed: true }
            && shape.ElementCount().Value <= ShapeArithmetic.LongestContents
            ? Enumerable.Repeat(Dimension.Fixed(value.ToInt64Array()[0]), (int)shape.ElementCount().Value).ToArray()
            : null;
        context.SetOutput(0, value?.DataType ?? DataType.Float32, shape, contents);
    }

    public override void Evaluate(EvaluationContext context)
    {
        long[] shape = context.Input(0).ToInt64Array();
        Tensor? value = context.Attributes.GetTensor("value");
        if (value is { ElementCount: not 1 })
            throw context.Error($"value is {value}; it must have one element.");
        Tensor output = context.CreateOutput(0, value?.DataType ?? DataType.Float32, shape);
        if (value is null)
            return;
        switch (value.DataType.BitWidth())
        {
            case 4:
                // Both nibbles of a byte; the unused one of an odd count stays 0.
                output.Bytes.Fill((byte)(value.Bytes[0] & 0xF | value.Bytes[0] << 4));
                if (output.ElementCount % 2 != 0)
                    output.Bytes[^1] &= 0xF;
                break;
            case 8: RawElements.Of<byte>(output).Fill(RawElements.Of<byte>(value)[0]); break;
            case 16: RawElements.Of<ushort>(output).Fill(RawElements.Of<ushort>(value)[0]); break;
            case 32: RawElements.Of<uint>(output).Fill(RawElements.Of<uint>(value)[0]); break;
            case 64: RawElements.Of<ulong>(output).Fill(RawElements.Of<ulong>(value)[0]); break;
            default: output.Strings.Fill(value.Strings[0]); break;
        }
    }
}
