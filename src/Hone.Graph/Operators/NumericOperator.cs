using System.Numerics;
using Hone.Tensors;

namespace Hone.Operators;

/// <summary>An operator whose arithmetic is written once for every numeric element type.</summary>
/// <remarks>float16 and bfloat16 are computed in float32 and rounded once at the end; integers wrap around.</remarks>
internal abstract class NumericOperator : Operator
{
    /// <value>The input whose element type the arithmetic runs in.</value>
    protected virtual int TypedInput => 0;

    public sealed override void Evaluate(EvaluationContext context)
    {
        DataType type = context.Input(TypedInput).DataType;
        switch (type)
        {
            case DataType.Float32: Evaluate<float>(context); break;
            case DataType.Float64: Evaluate<double>(context); break;
            case DataType.Float16 or DataType.BFloat16: WidenedEvaluation.Run(context, type, Evaluate<float>); break;
            case DataType.Int8: Evaluate<sbyte>(context); break;
            case DataType.Int16: Evaluate<short>(context); break;
            case DataType.Int32: Evaluate<int>(context); break;
            case DataType.Int64: Evaluate<long>(context); break;
            case DataType.UInt8: Evaluate<byte>(context); break;
            case DataType.UInt16: Evaluate<ushort>(context); break;
            case DataType.UInt32: Evaluate<uint>(context); break;
            case DataType.UInt64: Evaluate<ulong>(context); break;
            default: EvaluateOther(context, type); break;
        }
    }

    /// <summary>Computes the outputs; <typeparamref name="T"/> is the element type of <see cref="TypedInput"/>.</summary>
    protected abstract void Evaluate<T>(EvaluationContext context)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    /// <summary>Computes the outputs for an element type that is not a number.</summary>
    protected virtual void EvaluateOther(EvaluationContext context, DataType type) =>
        throw context.Error($"the element type {type.DisplayName()} is not supported.");
}
