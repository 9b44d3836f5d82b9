using System.Runtime.InteropServices;
using Hone.Kernels.Elementwise;
using Hone.Kernels.Gemm;

namespace Hone.Kernels.Convolution;

/// <summary>Input zero point and what follows an 8-bit product. The results are the same bits on every tier and for any number of
/// threads.</summary>
public sealed record Int8Epilogue
{
    /// <summary>Zero point of the input; padding has this code.</summary>
    public int InputZeroPoint { get; init; }

    /// <summary>True if the input is s8, false if u8 (faster).</summary>
    public bool InputIsSigned { get; init; }

    /// <summary>What is written.</summary>
    public required Int8Output Output { get; init; }

    /// <summary>One factor, or one per output channel: see <see cref="Requantization.Multiplier"/> for codes, input scale * weight scale
    /// for fp32. Unused for int32.</summary>
    public IReadOnlyList<float> Multipliers { get; init; } = [];

    /// <summary>Zero point of the output codes.</summary>
    public int OutputZeroPoint { get; init; }

    /// <summary>Smallest output code, for a fused activation. Default: the type's smallest.</summary>
    public int Min { get; init; } = int.MinValue;

    /// <summary>Largest output code. Default: the type's largest.</summary>
    public int Max { get; init; } = int.MaxValue;

    /// <summary>An 8-bit addition behind the product, or null.</summary>
    public Int8Residual? Residual { get; init; }

    /// <summary>Added to fp32 output, one per output channel; empty: none.</summary>
    public IReadOnlyList<float> FloatBias { get; init; } = [];

    /// <summary>Applied to fp32 output.</summary>
    public Activation Activation { get; init; }

    internal byte InputFlip => InputIsSigned ? (byte)0x80 : (byte)0;

    /// <summary>The zero point in the unsigned domain, in which the products are taken.</summary>
    internal int UnsignedInputZeroPoint => InputIsSigned ? InputZeroPoint + 128 : InputZeroPoint;

    internal void Validate(int channels)
    {
        (int lowest, int highest) = InputIsSigned ? (-128, 127) : (0, 255);
        if (InputZeroPoint < lowest || InputZeroPoint > highest)
        {
            throw new ArgumentException($"Input zero point {InputZeroPoint} is outside {lowest}..{highest}.");
        }

        if (Output != Int8Output.Int32 && Multipliers.Count != 1 && Multipliers.Count != channels)
        {
            throw new ArgumentException($"{Multipliers.Count} multipliers for {channels} output channels: expected 1 or {channels}.");
        }

        if (FloatBias.Count != 0 && (FloatBias.Count != channels || Output != Int8Output.Float32))
        {
            throw new ArgumentException($"A float bias has one element per output channel ({channels}) and needs fp32 output.");
        }

        if (Residual is not null && Output is Int8Output.Int32 or Int8Output.Float32)
        {
            throw new ArgumentException("A residual can be added to 8-bit output only.");
        }
    }

    internal DenseEpilogue Build(ReadOnlySpan<int> foldedBias, int channels, int depth)
    {
        float[] multipliers = new float[channels];
        for (int i = 0; i < channels && Multipliers.Count > 0; i++)
        {
            multipliers[i] = Multipliers.Count == 1 ? Multipliers[0] : Multipliers[i];
        }

        bool codes = Output is Int8Output.UInt8 or Int8Output.Int8;
        int flip = Output == Int8Output.Int8 ? 0x80 : 0;
        Activation.IsClamp(out float low, out float high);
        EpilogueData data = new()
        {
            Kind = !codes ? (Output == Int8Output.Int32 ? EpilogueKind.Int32 : EpilogueKind.Dequantize)
                : Residual is null ? EpilogueKind.Requantize
                : EpilogueKind.RequantizeResidual,
            Low = low,
            High = high,
            OutputFlip = flip,
        };
        if (codes)
        {
            (data.Low, data.High, data.ZeroPoint) = Range(OutputZeroPoint, Min, Max, flip);
        }

        if (Residual is { } r)
        {
            data.Scale = r.ProductScale;
            data.ResidualScale = r.Scale;
            data.ResidualFlip = r.IsSigned ? 0x80 : 0;
            data.ResidualZeroPoint = r.ZeroPoint + data.ResidualFlip;
            data.SumScale = r.OutputScale;
            (data.SumLow, data.SumHigh, data.SumZeroPoint) = Range(r.OutputZeroPoint, r.Min, r.Max, flip);
        }

        if (codes)
        {
            data.Derive();
            data.Bound(foldedBias, multipliers, depth);
        }

        return new DenseEpilogue
        {
            Data = data,
            Bias = MemoryMarshal.AsBytes(foldedBias),
            Multipliers = multipliers,
            FloatBias = FloatBias.Count == 0 ? [] : FloatBias.ToArray(),
            PaddingByte = unchecked((byte)InputZeroPoint),
            InputFlip = InputFlip,
            Activation = Output == Int8Output.Float32 && !Activation.IsClamp(out _, out _) ? Activation : default,
            OutputSize = codes ? 1 : 4,
            ResidualSize = 1,
        };
    }

    // Bounds of the code minus its zero point, and the zero point, all in the unsigned domain.
    private static (float Low, float High, int ZeroPoint) Range(int zeroPoint, int min, int max, int flip)
    {
        int unsignedZeroPoint = zeroPoint + flip;
        int low = Math.Max(min, -flip) + flip, high = Math.Min(max, 255 - flip) + flip;
        return (low - unsignedZeroPoint, high - unsignedZeroPoint, unsignedZeroPoint);
    }
}
