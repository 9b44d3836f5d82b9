using Hone.Graphs;
using Hone.Kernels.Blocked;
using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Kernels.MatMul;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>A float32 product with constant weights that stay codes in blocks: y [rows, N] = activation(x [rows, K] * w + bias + residual).</summary>
internal sealed unsafe class BlockedMatMulOperation(
    NodeGroup group, BlockedSource weights, ProductAccuracy accuracy, Tensor? bias, Value? residual, Activation activation, KernelOptions options) : Operation(group)
{
    private readonly int _k = weights.K;
    private readonly int _n = weights.N;
    private BlockedMatMul? _kernel;

    internal override long PackedByteCount => _kernel?.PackedBytes ?? 0;

    internal override void Prepare() => _kernel = new BlockedMatMul(
        weights.Read(), accuracy, bias is null ? [] : bias.AsSpan<float>(), new F32Epilogue(activation, residual is not null), options);

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape output = OutputShape(plan);
        if (residual is not null && !plan.ShapeOf(residual)!.Equals(output))
            return false;
        BlockedMatMul kernel = _kernel!;
        Operand x = plan.Input(Inputs[0], Layout.RowMajor);
        Operand? r = residual is null ? null : plan.Input(residual, Layout.RowMajor);
        Operand y = plan.Output(Outputs[0], Layout.RowMajor, false, r is null ? [] : [r]);
        int rows = checked((int)(output.ElementCount / _n)), k = _k, n = _n;
        plan.Step(kernel.KernelId, frame => kernel.Run(new MatMulArguments
        {
            Input = frame[x], InputStride = k, Rows = rows, Output = frame[y], OutputStride = n,
            Residual = r is null ? null : frame[r], ResidualStride = n, MaxThreads = frame.MaxThreads,
        }));
        return true;
    }

    protected override void Release() => _kernel?.Dispose();
}
