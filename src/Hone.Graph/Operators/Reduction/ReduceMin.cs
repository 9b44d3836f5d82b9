using Hone.Tensors;

namespace Hone.Operators.Reduction;

/// <summary>The smallest element; NaN wins. Of no elements it is the highest value of the type.</summary>
/// <inheritdoc/>
internal sealed class ReduceMin : ReduceOperator
{
    public override string Name => "ReduceMin";

    protected override T Initial<T>() => T.CreateSaturating(double.PositiveInfinity);

    protected override Func<T, T, T> Step<T>() => T.Min;

    protected override void EvaluateOther(EvaluationContext context, DataType type)
    {
        if (type == DataType.Bool)
            WidenedEvaluation.Run(context, type, Evaluate<byte>);
        else
            base.EvaluateOther(context, type);
    }
}
