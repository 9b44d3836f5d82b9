using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Normalization;

/// <summary>Normalizes rows that consist of all dimensions from an axis on.</summary>
internal sealed unsafe class LayerNormalizationOperation(NodeGroup group) : Operation(group)
{
    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid)
    {
        Value input = Group.Anchor.Inputs[0]!;
        TensorShape shape = plan.ShapeOf(input)!;
        long given = Group.Anchor.Attributes.GetInt("axis", -1);
        bool isWithinToken = grid.LeadingAxes(shape) is >= 0 and var axes && axes <= (given < 0 ? given + shape.Rank : given);
        return isWithinToken && Group.Anchor.Inputs.Skip(1).All(v => v is null || plan.ConstantOf(v) is not null) ? [input] : null;
    }

    protected override bool TryPlan(PlanBuilder plan)
    {
        Node node = Group.Anchor;
        TensorShape shape = plan.ShapeOf(node.Inputs[0]!)!;
        long given = node.Attributes.GetInt("axis", -1);
        int axis = (int)(given < 0 ? given + shape.Rank : given);
        long length = shape.ElementCountOf(axis, shape.Rank);
        bool fits = new[] { node.Input(1), node.Input(2) }.All(v => v is null || (!plan.IsDynamic(v) && plan.ShapeOf(v)!.ElementCount == length));
        if (!fits || length > int.MaxValue)
            return false;
        Operand x = plan.Input(node.Inputs[0]!, Layout.RowMajor);
        Operand? gain = node.Input(1) is { } g ? plan.Input(g, Layout.RowMajor) : null, bias = node.Input(2) is { } b ? plan.Input(b, Layout.RowMajor) : null;
        Operand y = plan.Output(Outputs[0], Layout.RowMajor, false, x);
        bool isLayer = node.Is("LayerNormalization");
        RowJob job = new()
        {
            Function = isLayer ? RowFunction.Layer : RowFunction.RootMeanSquare,
            Epsilon = node.Attributes.GetFloat("epsilon", 1e-5f), Length = (int)length,
        };
        RowCount rows = plan.Rows(shape.ElementCount / length);
        plan.Step(isLayer ? "f32-layer-norm" : "f32-rms-norm", frame =>
        {
            RowJob run = job;
            run.Source = (float*)frame[x];
            run.Target = (float*)frame[y];
            run.Gain = gain is null ? null : (float*)frame[gain];
            run.Bias = bias is null ? null : (float*)frame[bias];
            run.Rows = rows.In(frame);
            run.Run(frame);
        });
        return true;
    }
}
