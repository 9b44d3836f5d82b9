using Hone.Tensors;

namespace Hone.Operators.Reduction;

/// <summary>The largest element; NaN wins. Of no elements it is the lowest value of the type.</summary>
/// <inheritdoc/>
internal sealed class ReduceMax : ReduceOperator
{
    public override string Name => "ReduceMax";

    protected override T Initial<T>() => T.CreateSaturating(double.NegativeInfinity);

    protected override Func<T, T, T> Step<T>() => T.Max;

    protected override void EvaluateOther(EvaluationContext context, DataType type)
    {
        if (type == DataType.Bool)
            WidenedEvaluation.Run(context, type, Evaluate<byte>);
        else
            base.EvaluateOther(context, type);
    }
}
