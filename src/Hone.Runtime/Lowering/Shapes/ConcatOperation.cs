using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Copies the parts behind each other along an axis, as far as their producers did not write them in place.</summary>
internal sealed unsafe class ConcatOperation(NodeGroup group, int axis) : Operation(group)
{
    /// <summary>The parts in order, constants included.</summary>
    internal IReadOnlyList<Value> Parts => [.. Group.Anchor.Inputs.OfType<Value>()];

    /// <summary>Whether parts may be written in place: a concatenation along the channels of maps.</summary>
    internal bool IsAlongChannels(PlanBuilder plan) => plan.IsStatic(this) && axis == 1 && OutputShape(plan).Rank is 3 or 4 && !Outputs[0].IsConstant
        && Parts.All(p => plan.ShapeOf(p)!.ElementCount > 0);

    internal override bool TakesEmptyInputs => true;

    internal override bool ReadsStrided(Value input) => axis == 1 && Group.Anchor.Output.Shape is { Rank: >= 3 };

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape output = OutputShape(plan);
        if (Parts.Any(p => plan.IsDynamic(p)))
            return false;
        bool isReserved = plan.IsWhole(Outputs[0]);
        bool isMap = output.Rank >= 3 && (isReserved || Parts.Any(p => plan.ConstantOf(p) is null && plan.LayoutOf(p) == Layout.ChannelsLast));
        Layout layout = isMap ? Layout.ChannelsLast : Layout.RowMajor;
        long[] whole = LayoutShapes.Physical(output, layout);
        int physicalAxis = LayoutShapes.PhysicalAxis(axis, output.Rank, layout);
        long[] wholeStrides = new TensorShape(whole).Strides();
        Operand y = isReserved ? plan.Whole(Outputs[0]) : plan.Output(Outputs[0], layout);
        List<(Operand Part, long Offset, CopyJob Job)> copies = [];
        long at = 0;
        foreach (Value part in Parts)
        {
            TensorShape shape = plan.ShapeOf(part)!;
            long first = at;
            at += shape[axis];
            if (shape.ElementCount == 0 || plan.IsInPlace(part, y))
                continue;
            Operand x = plan.Input(part, layout, allowsStride: false);
            long[] sizes = LayoutShapes.Physical(shape, layout);
            CopyJob? job = CopyJob.Create(x.DataType.BitWidth() / 8, sizes, new TensorShape(sizes).Strides(), wholeStrides);
            copies.Add((x, y.DataType.ByteCount(first * wholeStrides[physicalAxis]), job ?? throw new InvalidOperationException("A concatenation merges to at most three dimensions.")));
        }

        if (copies.Count == 0)
            return true;
        (Operand Part, long Offset, CopyJob Job)[] steps = [.. copies];
        plan.Step("concat", frame =>
        {
            foreach ((Operand part, long offset, CopyJob job) in steps)
            {
                CopyJob run = job;
                run.Source = frame[part];
                run.Target = frame[y] + offset;
                run.Run(frame);
            }
        });
        return true;
    }
}
