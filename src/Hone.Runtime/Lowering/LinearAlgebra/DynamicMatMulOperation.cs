using Hone.Graphs;
using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Kernels.MatMul;
using Hone.Runtime.Lowering.Quantization;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>An 8-bit product with constant weights whose input scale and zero point are run-time values: inputs are codes, scale and zero point.</summary>
internal sealed unsafe class DynamicMatMulOperation(
    NodeGroup group, QuantizedWeights weights, float[] bias, Activation activation, KernelOptions options) : Operation(group)
{
    private readonly int _k = checked((int)weights.Shape[0]);
    private readonly int _n = checked((int)weights.Shape[1]);
    private Int8MatMul? _kernel;

    internal override long PackedByteCount => _kernel?.PackedBytes ?? 0;

    internal override void Prepare()
    {
        Int8Epilogue epilogue = new() { Output = Int8Output.Float32, Multipliers = weights.Scales, FloatBias = bias, Activation = activation };
        _kernel = new Int8MatMul(_k, _n, weights.ToSigned(), isTransposed: false, [], epilogue, options);
    }

    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) =>
        plan.ShapeOf(Inputs[0]) is { } input && grid.LeadingAxes(input) is >= 0 and var axes && axes < input.Rank ? [Inputs[0]] : null;

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape output = OutputShape(plan);
        Int8MatMul kernel = _kernel!;
        Operand x = plan.Input(Inputs[0], Layout.RowMajor), scale = plan.Input(Inputs[1], Layout.RowMajor), zeroPoint = plan.Input(Inputs[2], Layout.RowMajor);
        Operand y = plan.Output(Outputs[0], Layout.RowMajor);
        RowCount rows = plan.Rows(output.ElementCount / _n);
        int k = _k, n = _n;
        plan.Step(kernel.KernelId, frame =>
        {
            int count = checked((int)rows.In(frame));
            MatMulArguments arguments = new() { Input = frame[x], InputStride = k, Rows = count, Output = frame[y], OutputStride = n, MaxThreads = frame.MaxThreads };
            kernel.RunDynamic(arguments, *(float*)frame[scale], *frame[zeroPoint]);
        });
        return true;
    }

    protected override void Release() => _kernel?.Dispose();
}
