using Hone.Graphs;
using Hone.Kernels.Resize;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Resizes channels-last maps; where every output pixel comes from is worked out when the plan is made.</summary>
internal sealed unsafe class ResizeOperation(NodeGroup group, bool isLinear) : Operation(group)
{
    internal override bool ReadsStrided(Value input) => true;

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape input = plan.ShapeOf(Inputs[0])!, output = OutputShape(plan);
        if (input[0] != output[0] || input[1] != output[1] || Scales(plan, input, output) is not { } scales || scales.Length != 4 || scales[0] != 1 || scales[1] != 1)
            return false;
        ResizeAxis rows = Axis(input[2], output[2], scales[2]), columns = Axis(input[3], output[3], scales[3]);
        Operand x = plan.Input(Inputs[0], Layout.ChannelsLast, allowsStride: true), y = plan.Output(Outputs[0], Layout.ChannelsLast, allowsStride: true);
        int size = x.DataType.BitWidth() / 8;
        ResizeArguments arguments = new()
        {
            InputStride = (nint)x.PixelStride, OutputStride = (nint)y.PixelStride, Batch = checked((int)input[0]), Channels = checked((int)input[1]),
            Height = checked((int)input[2]), Width = checked((int)input[3]), OutputHeight = checked((int)output[2]), OutputWidth = checked((int)output[3]),
        };
        plan.Step(isLinear ? "f32-resize-linear" : "resize-nearest", frame =>
        {
            ResizeArguments run = arguments;
            run.Input = frame[x];
            run.Output = frame[y];
            run.MaxThreads = frame.MaxThreads;
            if (isLinear)
                ResizeMap.Bilinear(rows, columns, run);
            else
                ResizeMap.Nearest(rows, columns, size, run);
        });
        return true;
    }

    internal override bool WritesStrided(PlanBuilder plan) =>
        plan.IsStatic(this) && Scales(plan, plan.ShapeOf(Inputs[0])!, OutputShape(plan)) is { Length: 4 } scales && scales[0] == 1 && scales[1] == 1;

    /// <summary>The factors of all axes, which need not be the quotients of the lengths; null where they are not known before the run.</summary>
    private double[]? Scales(PlanBuilder plan, TensorShape input, TensorShape output)
    {
        double[] scales = [1, 1, 1, 1];
        long[] axes = Group.Anchor.Attributes.GetInts("axes") ?? [0, 1, 2, 3];
        Value? given = Group.Anchor.Input(2);
        if (given is not null && plan.ConstantOf(given) is not { DataType: DataType.Float32 })
            return null;
        ReadOnlySpan<float> factors = given is null ? [] : plan.ConstantOf(given)!.AsSpan<float>();
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = (int)(axes[i] < 0 ? axes[i] + 4 : axes[i]);
            scales[axis] = factors.IsEmpty ? (double)output[axis] / input[axis] : factors[i];
        }

        return scales;
    }

    private ResizeAxis Axis(long input, long output, double scale)
    {
        string transformation = Group.Anchor.Attributes.GetString("coordinate_transformation_mode", "half_pixel");
        string rounding = Group.Anchor.Attributes.GetString("nearest_mode", "round_prefer_floor");
        int[] nearest = new int[output];
        float[] linear = new float[output];
        for (int place = 0; place < output; place++)
        {
            double source = Source(transformation, place, input, output, scale);
            linear[place] = (float)source;
            nearest[place] = (int)Math.Clamp(
                rounding switch
                {
                    "round_prefer_ceil" => Math.Floor(source + 0.5),
                    "floor" => Math.Floor(source),
                    "ceil" => Math.Ceiling(source),
                    _ => Math.Ceiling(source - 0.5),
                },
                0,
                input - 1);
        }

        return isLinear ? ResizeAxis.Linear(linear, (int)input) : ResizeAxis.Nearest(nearest, (int)input);
    }

    /// <summary>The place of the input that a place of the output shows, by the formulas of the ONNX operator.</summary>
    private static double Source(string transformation, int place, long input, long output, double scale)
    {
        double halfPixel = ((place + 0.5) / scale) - 0.5;
        return transformation switch
        {
            "half_pixel_symmetric" => (input / 2.0 * (1 - (output / (scale * input)))) + halfPixel,
            "pytorch_half_pixel" => output > 1 ? halfPixel : 0,
            "align_corners" => output > 1 ? place * (input - 1) / ((scale * input) - 1) : 0,
            "asymmetric" => place / scale,
            _ => halfPixel,
        };
    }
}
