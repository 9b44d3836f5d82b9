using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Fills the output with the padding value and copies the input into its middle.</summary>
internal sealed unsafe class PadOperation(NodeGroup group) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan)
    {
        Node node = Group.Anchor;
        TensorShape input = plan.ShapeOf(node.Inputs[0]!)!, output = OutputShape(plan);
        if (node.Input(1) is not { } amounts || plan.ConstantOf(amounts) is not { } tensor || (node.Input(3) is { } given && plan.ConstantOf(given) is null))
            return false;
        long[] pads = tensor.ToInt64Array();
        long[] axes = node.Input(3) is { } chosen ? plan.ConstantOf(chosen)!.ToInt64Array() : [.. Enumerable.Range(0, input.Rank).Select(i => (long)i)];
        if (pads.Any(p => p < 0))
            return false;
        Operand x = plan.Input(node.Inputs[0]!, plan.LayoutOf(node.Inputs[0]!));
        long[] targetStrides = TransposeOperation.Strides(output, x.Layout);
        long offset = 0;
        for (int i = 0; i < axes.Length; i++)
            offset += pads[i] * targetStrides[(int)(axes[i] < 0 ? axes[i] + input.Rank : axes[i])];
        long[] sizes = LayoutShapes.Physical(input, x.Layout);
        int size = x.DataType.BitWidth() / 8;
        if (CopyJob.Create(size, sizes, new TensorShape(sizes).Strides(), new TensorShape(LayoutShapes.Physical(output, x.Layout)).Strides()) is not { } job)
            return false;
        Operand y = plan.Output(Outputs[0], x.Layout);
        ulong value = PaddingBits(node, size);
        long bytes = offset * size, count = output.ElementCount;
        plan.Step("pad", frame =>
        {
            Fill(frame[y], value, size, count);
            CopyJob run = job;
            run.Source = frame[x];
            run.Target = frame[y] + bytes;
            run.Run(frame);
        });
        return true;
    }

    private static ulong PaddingBits(Node node, int size)
    {
        ulong bits = 0;
        if (node.Input(2)?.Constant is { ElementCount: 1 } value)
            Buffer.MemoryCopy((void*)value.Pointer, &bits, sizeof(ulong), size);
        return bits;
    }

    private static void Fill(byte* target, ulong value, int size, long count)
    {
        for (long done = 0; done < count;)
        {
            int part = (int)Math.Min(count - done, 1 << 28);
            byte* at = target + done * size;
            switch (size)
            {
                case 1: new Span<byte>(at, part).Fill((byte)value); break;
                case 2: new Span<ushort>(at, part).Fill((ushort)value); break;
                case 4: new Span<uint>(at, part).Fill((uint)value); break;
                default: new Span<ulong>(at, part).Fill(value); break;
            }

            done += part;
        }
    }
}
