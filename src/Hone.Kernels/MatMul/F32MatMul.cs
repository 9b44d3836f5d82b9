using System.Runtime.InteropServices;
using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;
using Hone.Kernels.Simd;

namespace Hone.Kernels.MatMul;

/// <summary>fp32 matrix product with a constant right operand: y [M, N] = activation(x [M, K] * B [K, N] + bias + residual). Immutable;
/// runs allocate nothing.</summary>
public sealed unsafe class F32MatMul : IDisposable
{
    private readonly DenseEngine _engine;
    private readonly int _k;
    private readonly int _n;
    private readonly bool _addsResidual;

    /// <summary>Packs the right operand for the best kernel of this CPU.</summary>
    /// <param name="k">Columns of the left operand.</param>
    /// <param name="n">Columns of the output.</param>
    /// <param name="weights">[k, n] row-major, or [n, k] if <paramref name="isTransposed"/>.</param>
    /// <param name="isTransposed">True for weights [n, k], as torch's Linear and ONNX Gemm with transB have them.</param>
    /// <param name="bias">[n], or empty.</param>
    /// <param name="epilogue">What follows the sum.</param>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A size is not positive, or a span has the wrong length.</exception>
    public F32MatMul(
        int k, int n, ReadOnlySpan<float> weights, bool isTransposed, ReadOnlySpan<float> bias, F32Epilogue epilogue = default, KernelOptions? options = null)
    {
        ConvolutionShape shape = new(k, n, 1, 1);
        (_k, _n, _addsResidual) = (k, n, epilogue.AddsResidual);
        shape.Validate();
        WeightOrder.Check(shape, weights.Length, bias.Length);
        bool clamps = epilogue.Activation.IsClamp(out float low, out float high);
        DenseEpilogue dense = new()
        {
            Data = new EpilogueData { Kind = epilogue.AddsResidual ? EpilogueKind.FloatResidual : EpilogueKind.Float, Low = low, High = high },
            Bias = MemoryMarshal.AsBytes(bias),
            Activation = clamps ? default : epilogue.Activation,
            OutputSize = sizeof(float),
            ResidualSize = sizeof(float),
        };
        TileKernel kernel = KernelCatalogue.FloatTile(options ?? KernelOptions.Default);
        fixed (float* w = weights)
        fixed (ushort* half = kernel.Type == TileType.BFloat16 ? BFloat16.FromFloats(weights) : [])
        {
            _engine = new DenseEngine(shape, kernel, half is null ? w : half, isTransposed ? 1 : n, isTransposed ? k : 1, dense);
        }
    }

    /// <summary>Id of the kernel that does the work, as in the catalogue.</summary>
    public string KernelId => _engine.Kernel.Id;

    /// <summary>Bytes of packed weights.</summary>
    public long PackedBytes => _engine.PackedBytes;

    /// <summary>Computes one product; the number of rows may differ from run to run.</summary>
    /// <param name="arguments">Sizes and native memory that stays valid during the run.</param>
    /// <exception cref="ArgumentException">A size is negative, a stride less than the row, or a pointer missing.</exception>
    public void Run(in MatMulArguments arguments)
    {
        DenseCall call = Calls.From(arguments, sizeof(float), sizeof(float), sizeof(float));
        Calls.Check(call, _k * sizeof(float), _n * sizeof(float), _n * sizeof(float), _addsResidual);
        if (!_addsResidual)
        {
            call.Residual = null;
        }

        _engine.Run(call);
    }

    /// <summary>Frees the packed weights; no run may be under way.</summary>
    public void Dispose() => _engine.Dispose();
}
