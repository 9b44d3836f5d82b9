using System.Numerics;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Elementwise;

/// <summary>A function of any number of numbers of one type: one or more inputs, broadcast to one shape; output of that shape and type.</summary>
internal abstract class VariadicOperator : NumericOperator
{
    public override int SinceVersion => 8;

    public override (int Minimum, int Maximum) InputCount => (1, int.MaxValue);

    public override void InferTypes(InferenceContext context)
    {
        int count = context.Node.Inputs.Count;
        context.SetOutput(
            0,
            context.CommonDataTypeFrom(0),
            context.BroadcastShape(Enumerable.Range(0, count).ToArray()),
            count == 1 ? context.Contents(0) : count == 2 ? ShapeArithmetic.Binary(context, OnDimensions) : null);
    }

    /// <summary>Combines what is computed so far with the next input.</summary>
    protected abstract Func<T, T, T> Function<T>()
        where T : INumber<T>;

    /// <summary>The function as shape arithmetic knows it.</summary>
    protected virtual Dimension OnDimensions(Dimension left, Dimension right) => Dimension.Unknown;

    /// <summary>Turns what all inputs combined to into the result.</summary>
    protected virtual T Finish<T>(T combined, int inputCount)
        where T : INumber<T> => combined;

    protected sealed override void Evaluate<T>(EvaluationContext context)
    {
        Func<T, T, T> function = Function<T>();
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, Broadcasting.Shape(context));
        Span<T> result = output.AsSpan<T>();
        StridedCopy.Gather(output.Shape, context.Input(0).AsSpan<T>(), 0, Broadcasting.Strides(context.Input(0).Shape, output.Shape), result);
        for (int i = 1; i < context.InputCount; i++)
            Broadcasting.Apply(output.Shape, result, output.Shape, context.Input(i).AsSpan<T>(), context.Input(i).Shape, result, function);
        for (int i = 0; i < result.Length; i++)
            result[i] = Finish(result[i], context.InputCount);
    }
}
