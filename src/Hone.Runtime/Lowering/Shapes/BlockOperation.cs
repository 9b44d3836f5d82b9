using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Moves blocks between channels and pixels, in whatever layout the input has.</summary>
internal sealed unsafe class BlockOperation(NodeGroup group) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan)
    {
        Node node = Group.Anchor;
        TensorShape input = plan.ShapeOf(Inputs[0])!, output = OutputShape(plan);
        bool toSpace = node.Is("DepthToSpace"), isColumnFirst = node.Attributes.GetString("mode", "DCR") == "CRD";
        long b = node.Attributes.RequireInt("blocksize");
        // The small side has the pixels H x W; the large side H b x W b. Both are walked as [N, H, b, W, b, C].
        (TensorShape small, TensorShape large) = toSpace ? (input, output) : (output, input);
        long channels = large[1];
        Layout layout = plan.LayoutOf(Inputs[0]);
        long[] s = TransposeOperation.Strides(small, layout), l = TransposeOperation.Strides(large, layout);
        long perBlockRow = isColumnFirst ? b : b * channels, perBlockColumn = isColumnFirst ? 1 : channels, perChannel = isColumnFirst ? b * b : 1;
        long[] sizes = [small[0], small[2], b, small[3], b, channels];
        long[] smallStrides = [s[0], s[2], s[1] * perBlockRow, s[3], s[1] * perBlockColumn, s[1] * perChannel];
        long[] largeStrides = [l[0], l[2] * b, l[2], l[3] * b, l[3], l[1]];
        (long[] from, long[] to) = toSpace ? (smallStrides, largeStrides) : (largeStrides, smallStrides);
        if (CopyJob.Create(Inputs[0].DataType.BitWidth() / 8, sizes, from, to) is not { } job)
            return false;
        Operand x = plan.Input(Inputs[0], layout), y = plan.Output(Outputs[0], layout);
        plan.Step(toSpace ? "depth-to-space" : "space-to-depth", frame =>
        {
            CopyJob run = job;
            run.Source = frame[x];
            run.Target = frame[y];
            run.Run(frame);
        });
        return true;
    }
}
