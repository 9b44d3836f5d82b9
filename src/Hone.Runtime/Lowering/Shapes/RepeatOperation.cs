using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Copies a tensor again and again: every axis is walked as [repeats, size], and a repeated one does not move in the input.</summary>
internal sealed unsafe class RepeatOperation(NodeGroup group) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan)
    {
        Value data = Group.Anchor.Inputs[0]!;
        TensorShape output = OutputShape(plan), input = plan.ShapeOf(data)!;
        if (output.Rank < input.Rank)
            return false;
        bool keepsRank = input.Rank == output.Rank;
        Layout layout = keepsRank && plan.ConstantOf(data) is null ? plan.LayoutOf(data) : Layout.RowMajor;
        TensorShape padded = new([.. Enumerable.Repeat(1L, output.Rank - input.Rank), .. input]);
        long[] from = LayoutShapes.Physical(padded, layout), to = LayoutShapes.Physical(output, layout);
        long[] fromStrides = new TensorShape(from).Strides(), toStrides = new TensorShape(to).Strides();
        List<long> sizes = [], sourceStrides = [], targetStrides = [];
        for (int axis = 0; axis < to.Length; axis++)
        {
            sizes.AddRange([to[axis] / from[axis], from[axis]]);
            sourceStrides.AddRange([0, fromStrides[axis]]);
            targetStrides.AddRange([from[axis] * toStrides[axis], toStrides[axis]]);
        }

        if (CopyJob.Create(data.DataType.BitWidth() / 8, sizes.ToArray(), sourceStrides.ToArray(), targetStrides.ToArray()) is not { } job)
            return false;
        Operand x = plan.Input(data, layout), y = plan.Output(Outputs[0], layout);
        plan.Step(Group.Anchor.Operator.Name.ToLowerInvariant(), frame =>
        {
            CopyJob run = job;
            run.Source = frame[x];
            run.Target = frame[y];
            run.Run(frame);
        });
        return true;
    }
}
