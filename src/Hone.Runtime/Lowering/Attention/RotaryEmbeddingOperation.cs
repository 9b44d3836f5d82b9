using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Attention;

/// <summary>Rotates pairs of elements of each head by the angles of its position.</summary>
internal sealed unsafe class RotaryEmbeddingOperation(NodeGroup group, RotaryInputs inputs, HeadSource source) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan)
    {
        Node node = Group.Anchor;
        if (new[] { inputs.Cosine, inputs.Sine, inputs.Positions }.Any(v => v is not null && (plan.IsDynamic(v) || plan.ShapeOf(v)!.ElementCount == 0)))
            return false;
        TensorShape shape = plan.ShapeOf(source.Value)!, angles = plan.ShapeOf(inputs.Cosine)!, output = OutputShape(plan);
        int half = (int)angles[-1];
        long heads = output.Rank == 4 ? output[1] : Heads(node, output, half);
        long[] sizes = source.Sizes(shape, heads);
        Operand x = plan.Input(source.Value, Layout.RowMajor), cosine = plan.Input(inputs.Cosine, Layout.RowMajor), sine = plan.Input(inputs.Sine, Layout.RowMajor);
        Operand? positions = inputs.Positions is { } ids ? plan.Input(ids, Layout.RowMajor) : null;
        HeadSource dense = new(Outputs[0], output.Rank == 4 ? [0, 1, 2, 3] : null);
        Operand y = source.Value == inputs.X ? plan.Output(Outputs[0], Layout.RowMajor, false, x) : plan.Output(Outputs[0], Layout.RowMajor);
        RotaryJob job = new()
        {
            IsInterleaved = node.Attributes.GetBool("interleaved"), IsOffset = positions?.Shape.Rank == 1, Batch = checked((int)sizes[0]), Heads = checked((int)sizes[1]),
            Length = checked((int)sizes[2]), Size = checked((int)sizes[3]), Half = half, Entries = angles.ElementCount / half, SourceStrides = source.Strides(shape, heads),
            TargetStrides = dense.Strides(output, heads),
        };
        string name = Name, type = node.Operator.Name;
        plan.Step("f32-rotary", frame =>
        {
            RotaryJob run = job;
            run.Source = (float*)frame[x];
            run.Target = (float*)frame[y];
            run.Cosine = (float*)frame[cosine];
            run.Sine = (float*)frame[sine];
            run.Positions = positions is null ? null : (long*)frame[positions];
            if (run.FirstOutOfRange() is { } position)
                throw OutOfRange(name, type, position, run.Entries);
            run.Run(frame);
        });
        return true;
    }

    /// <summary>Heads within the last axis; ONNX Runtime's operator may leave the number to the width of the angles.</summary>
    private static long Heads(Node node, TensorShape output, int half) =>
        node.Attributes.GetInt("num_heads", 0) is > 0 and long given ? given : output[-1] / (2 * half);

    private static ModelFormatException OutOfRange(string name, string type, long position, long entries) =>
        new(name, type, $"position {position} does not lie in the {entries} positions of the cache.");
}
