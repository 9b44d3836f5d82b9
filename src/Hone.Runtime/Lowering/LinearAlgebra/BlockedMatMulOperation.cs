using Hone.Graphs;
using Hone.Kernels.Blocked;
using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Kernels.MatMul;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>A float32 product with constant weights that stay codes in blocks: y [rows, N] = activation(x [rows, K] * w + bias + residual).</summary>
internal sealed class BlockedMatMulOperation(
    NodeGroup group, BlockedSource weights, ProductAccuracy accuracy, Tensor? bias, Value? residual, Activation activation, KernelOptions options) : MatMulOperation(group, weights.K, weights.N, residual)
{
    private BlockedMatMul? _kernel;

    internal override long PackedByteCount => _kernel?.PackedBytes ?? 0;

    internal override void Prepare() => _kernel = new BlockedMatMul(
        weights.Read(), accuracy, bias is null ? [] : bias.AsSpan<float>(), new F32Epilogue(activation, HasResidual), options);

    protected override string KernelId => _kernel!.KernelId;

    protected override void Run(in MatMulArguments arguments) => _kernel!.Run(arguments);

    protected override void Release() => _kernel?.Dispose();
}
