using Hone.Graphs;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Copies the entries of an axis that the indices name, as whole runs.</summary>
internal sealed unsafe class GatherOperation(NodeGroup group, int axis) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan)
    {
        Node node = Group.Anchor;
        TensorShape shape = plan.ShapeOf(node.Inputs[0]!)!;
        if (plan.IsDynamic(node.Inputs[0]!) || shape.ElementCount == 0 || plan.ShapeOf(node.Inputs[1]!)!.ElementCount == 0)
            return false;
        Operand data = plan.Input(node.Inputs[0]!, Layout.RowMajor), indices = plan.Input(node.Inputs[1]!, Layout.RowMajor), y = plan.Output(Outputs[0], Layout.RowMajor);
        long outer = shape.ElementCountOf(0, axis), entries = shape[axis], run = data.DataType.ByteCount(shape.ElementCountOf(axis + 1, shape.Rank)), count = indices.ElementCount;
        bool isLong = indices.DataType == DataType.Int64;
        string name = Name;
        plan.Step("gather", frame =>
        {
            byte* source = frame[data], target = frame[y];
            for (long o = 0; o < outer; o++, source += entries * run)
            {
                for (long i = 0; i < count; i++, target += run)
                {
                    long index = isLong ? ((long*)frame[indices])[i] : ((int*)frame[indices])[i];
                    index += index < 0 ? entries : 0;
                    if ((ulong)index >= (ulong)entries)
                        throw OutOfRange(name, index, entries);
                    Buffer.MemoryCopy(source + index * run, target, run, run);
                }
            }
        });
        return true;
    }

    private static ModelFormatException OutOfRange(string name, long index, long entries) =>
        new(name, "Gather", $"the index {index} does not lie in {-entries}..{entries - 1}.");
}
