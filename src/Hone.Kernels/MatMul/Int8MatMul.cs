using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;
using Hone.Kernels.Memory;

namespace Hone.Kernels.MatMul;

/// <summary>8-bit matrix product with a constant right operand: u8 or s8 times s8 with zero point 0 and scales per column, exact int32
/// sums. Immutable; runs allocate nothing.</summary>
public sealed unsafe class Int8MatMul : IDisposable
{
    private readonly DenseEngine _engine;
    private readonly int _outputSize;
    private readonly int _k;
    private readonly int _n;
    private readonly bool _addsResidual;
    private readonly int[] _columnSums;
    private readonly bool _isDynamic;

    /// <summary>Packs the right operand for the best kernel of this CPU and folds the zero point into the bias.</summary>
    /// <param name="k">Columns of the left operand.</param>
    /// <param name="n">Columns of the output.</param>
    /// <param name="weights">[k, n] row-major, or [n, k] if <paramref name="isTransposed"/>.</param>
    /// <param name="isTransposed">True for weights [n, k].</param>
    /// <param name="bias">[n] at input scale * weight scale, or empty.</param>
    /// <param name="epilogue">Input zero point and what follows the sum. For <see cref="RunDynamic"/> give weight scales as multipliers and
    /// fp32 output.</param>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A size is not positive, or a span or list has the wrong length.</exception>
    public Int8MatMul(
        int k, int n, ReadOnlySpan<sbyte> weights, bool isTransposed, ReadOnlySpan<int> bias, Int8Epilogue epilogue, KernelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(epilogue);
        ConvolutionShape shape = new(k, n, 1, 1);
        shape.Validate();
        WeightOrder.Check(shape, weights.Length, bias.Length);
        epilogue.Validate(n);
        (int strideK, int strideN) = isTransposed ? (1, k) : (n, 1);
        int[] folded = Requantization.FoldZeroPoint(weights, bias, n, k, strideK, strideN, epilogue.UnsignedInputZeroPoint);
        _columnSums = Requantization.FoldZeroPoint(weights, [], n, k, strideK, strideN, -1);
        (_k, _n, _addsResidual) = (k, n, epilogue.Residual is not null);
        _isDynamic = epilogue.Output == Int8Output.Float32 && bias.IsEmpty && !epilogue.InputIsSigned;
        DenseEpilogue dense = epilogue.Build(folded, n, k);
        _outputSize = dense.OutputSize;
        fixed (sbyte* w = weights)
        {
            TileKernel kernel = KernelCatalogue.TilesFor(TileType.UInt8Int8, options ?? KernelOptions.Default).First();
            _engine = new DenseEngine(shape, kernel, w, strideK, strideN, dense);
        }
    }

    /// <summary>Id of the kernel that does the work, as in the catalogue.</summary>
    public string KernelId => _engine.Kernel.Id;

    /// <summary>Bytes of packed weights.</summary>
    public long PackedBytes => _engine.PackedBytes;

    /// <summary>Computes one product; the number of rows may differ from run to run.</summary>
    /// <param name="arguments">Sizes and native memory that stays valid during the run.</param>
    /// <exception cref="ArgumentException">A size is negative, a stride less than the row, or a pointer missing.</exception>
    public void Run(in MatMulArguments arguments) => _engine.Run(Call(arguments));

    /// <summary>Computes one product with scale and zero point found at run time: y = activation((x - zp) * W * (inputScale *
    /// multiplier[n]) + float bias[n]).</summary>
    /// <param name="arguments">Sizes and native memory that stays valid during the run.</param>
    /// <param name="inputScale">Scale of the left operand.</param>
    /// <param name="inputZeroPoint">Zero point of the left operand, 0 to 255; replaces the epilogue's.</param>
    /// <exception cref="ArgumentException">A size is negative, a stride less than the row, or a pointer missing.</exception>
    /// <exception cref="InvalidOperationException">The operator was not built with u8 input, no int32 bias and fp32 output.</exception>
    public void RunDynamic(in MatMulArguments arguments, float inputScale, int inputZeroPoint)
    {
        if (!_isDynamic)
        {
            throw new InvalidOperationException("A dynamic run needs u8 input, no int32 bias and fp32 output.");
        }

        int padded = _engine.PaddedColumns;
        using Scratch.Frame frame = Scratch.Take(2L * padded * sizeof(int));
        int* bias = (int*)frame.Pointer;
        float* multipliers = (float*)(bias + padded);
        fixed (int* sums = _columnSums)
        {
            DynamicParameters.Apply(sums, _engine.Multipliers, _n, inputScale, inputZeroPoint, bias, multipliers);
        }

        new Span<int>(bias + _n, padded - _n).Clear();
        new Span<float>(multipliers + _n, padded - _n).Clear();

        DenseCall call = Call(arguments);
        call.Bias = bias;
        call.Multipliers = multipliers;
        _engine.Run(call);
    }

    /// <summary>Frees the packed weights; no run may be under way.</summary>
    public void Dispose() => _engine.Dispose();

    private DenseCall Call(in MatMulArguments arguments)
    {
        DenseCall call = Calls.From(arguments, 1, _outputSize, 1);
        Calls.Check(call, _k, _n * _outputSize, _n, _addsResidual);
        if (!_addsResidual)
        {
            call.Residual = null;
        }

        return call;
    }
}
