using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Pooling;

/// <summary>What the poolings over all spatial axes share: each plane becomes one element.</summary>
internal abstract class GlobalPool : Operator
{
    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context)
    {
        context.Node.RequireFloat("the input", context.DataType(0));
        context.SetOutput(0, context.DataType(0), PoolingRules.InferGlobalShape(context.Node, context.Shape(0)));
    }

    public override void Evaluate(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Node node = context.Node;
        TensorShape shape = node.Concrete(PoolingRules.InferGlobalShape(node, new SymbolicShape(x.Shape))!, DataType.Float64);
        int planeSize = checked((int)x.Shape.ElementCountOf(2, x.Shape.Rank));
        ReadOnlySpan<double> input = TensorConversion.Widen<double>(x);
        double[] output = new double[shape.ElementCount];
        if (planeSize == 0 && output.Length > 0)
            throw node.Error($"a plane of the input {x} has no elements.");
        for (int plane = 0; plane < output.Length; plane++)
            output[plane] = Reduce(node, input.Slice(plane * planeSize, planeSize));
        context.SetOutput(0, TensorConversion.Narrow<double>(output, x.DataType, shape));
    }

    /// <summary>Makes one element from those of a plane, of which there is at least one.</summary>
    protected abstract double Reduce(Node node, ReadOnlySpan<double> plane);
}
