using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.MatMul;
using Hone.Runtime.Lowering.Quantization;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>An 8-bit product with constant weights and what follows it; all but the last dimension are rows.</summary>
internal sealed class Int8MatMulOperation(
    NodeGroup group, QuantizedWeights weights, bool isTransposed, Int8Bias bias, Int8Epilogue epilogue, KernelOptions options) : MatMulOperation(
        group, checked((int)weights.Shape[isTransposed ? 1 : 0]), checked((int)weights.Shape[isTransposed ? 0 : 1]), epilogue.Residual is null ? null : group.Inputs[1])
{
    private Int8MatMul? _kernel;

    internal override long PackedByteCount => _kernel?.PackedBytes ?? 0;

    internal override void Prepare() => _kernel = new Int8MatMul(K, N, weights.ToSigned(), isTransposed, bias.Integers, epilogue, options);

    protected override string KernelId => _kernel!.KernelId;

    protected override void Run(in MatMulArguments arguments) => _kernel!.Run(arguments);

    protected override void Release() => _kernel?.Dispose();
}
