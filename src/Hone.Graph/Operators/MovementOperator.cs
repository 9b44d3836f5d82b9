using Hone.Tensors;

namespace Hone.Operators;

/// <summary>An operator that moves elements without computing with them, whatever their type.</summary>
internal abstract class MovementOperator : Operator
{
    /// <value>The input whose elements are moved.</value>
    protected virtual int DataInput => 0;

    public sealed override void Evaluate(EvaluationContext context)
    {
        DataType type = context.Input(DataInput).DataType;
        switch (type.BitWidth())
        {
            case 4: WidenedEvaluation.Run(context, type, Evaluate<byte>); break;
            case 8: Evaluate<byte>(context); break;
            case 16: Evaluate<ushort>(context); break;
            case 32: Evaluate<uint>(context); break;
            case 64: Evaluate<ulong>(context); break;
            default: Evaluate<string>(context); break;
        }
    }

    /// <summary>Moves the elements; <typeparamref name="T"/> has the width of the element type of <see cref="DataInput"/>.</summary>
    protected abstract void Evaluate<T>(EvaluationContext context);

    /// <summary>The elements of an input that must have the element type of <see cref="DataInput"/>.</summary>
    protected ReadOnlySpan<T> Elements<T>(EvaluationContext context, int index)
    {
        Tensor tensor = context.Input(index);
        DataType expected = context.Input(DataInput).DataType;
        return tensor.DataType == expected
            ? RawElements.Of<T>(tensor)
            : throw context.Error($"input {index} is {tensor.DataType.DisplayName()}; it must be {expected.DisplayName()} like input {DataInput}.");
    }
}
