using Hone.Graphs;
using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Elementwise;
using Hone.Kernels.MatMul;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>A float32 product with constant weights: y [rows, N] = activation(x [rows, K] * w + bias + residual); all but the last dimension are rows.</summary>
internal sealed class FloatMatMulOperation(
    NodeGroup group, Tensor weights, bool isTransposed, Tensor? bias, Value? residual, Activation activation, KernelOptions options) : MatMulOperation(
        group, checked((int)weights.Shape[isTransposed ? 1 : 0]), checked((int)weights.Shape[isTransposed ? 0 : 1]), residual)
{
    private F32MatMul? _kernel;

    internal override long PackedByteCount => _kernel?.PackedBytes ?? 0;

    internal override void Prepare() => _kernel = new F32MatMul(
        K, N, weights.AsSpan<float>(), isTransposed, bias is null ? [] : bias.AsSpan<float>(), new F32Epilogue(activation, HasResidual), options);

    protected override string KernelId => _kernel!.KernelId;

    protected override void Run(in MatMulArguments arguments) => _kernel!.Run(arguments);

    protected override void Release() => _kernel?.Dispose();
}
