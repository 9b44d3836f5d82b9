using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;
using Hone.Kernels.MatMul;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Recurrent;

/// <summary>The packed weights of one direction.</summary>
internal sealed unsafe class RecurrentDirection : IDisposable
{
    private readonly F32MatMul? _input;
    private readonly Int8MatMul? _quantizedInput;

    /// <summary>Packs fp32 weights.</summary>
    internal RecurrentDirection(RecurrentShape shape, in RecurrentWeights weights, KernelOptions options)
        : this(shape, weights.Input.Length, weights.Hidden.Length, weights.Bias, weights.Peepholes, out float[] inputBias, out float[] hiddenBias)
    {
        int gates = shape.Gates, hidden = shape.HiddenSize;
        _input = new F32MatMul(
            shape.InputSize, shape.Columns, shape.Interleave(weights.Input, shape.InputSize, 0, gates), isTransposed: true,
            shape.Interleave<float>(inputBias, 1, 0, gates), default, options);
        TileKernel kernel = KernelCatalogue.TilesFor(TileType.Float32, options).First();
        Hidden = Pack(0, shape.GatesOfHidden, weights.Hidden);
        Candidate = shape.GatesOfHidden < gates ? Pack(shape.GatesOfHidden, 1, weights.Hidden) : null;

        FloatPanels Pack(int firstGate, int count, ReadOnlySpan<float> rows) => new(
            kernel, VectorWidth.For(options.Features), options.AllowsBFloat16, shape.Blocks, count * shape.Units, hidden,
            shape.Interleave(rows, hidden, firstGate, count), shape.Interleave<float>(hiddenBias, 1, firstGate, count));
    }

    /// <summary>Packs 8-bit weights.</summary>
    internal RecurrentDirection(RecurrentShape shape, in QuantizedRecurrentWeights weights, KernelOptions options)
        : this(shape, weights.Input.Length, weights.Hidden.Length, weights.Bias, weights.Peepholes, out float[] inputBias, out float[] hiddenBias)
    {
        int gates = shape.Gates, hidden = shape.HiddenSize;
        float[] inputScales = Scales(weights.InputScales, "input scales"), hiddenScales = Scales(weights.HiddenScales, "hidden scales");
        Int8Epilogue epilogue = new()
        {
            Output = Int8Output.Float32,
            Multipliers = shape.Interleave<float>(inputScales, 1, 0, gates),
            FloatBias = shape.Interleave<float>(inputBias, 1, 0, gates),
        };
        _quantizedInput = new Int8MatMul(
            shape.InputSize, shape.Columns, shape.Interleave(weights.Input, shape.InputSize, 0, gates), isTransposed: true, [], epilogue, options);
        TileKernel kernel = KernelCatalogue.TilesFor(TileType.UInt8Int8, options).First();
        Hidden = Pack(0, shape.GatesOfHidden, weights.Hidden);
        Candidate = shape.GatesOfHidden < gates ? Pack(shape.GatesOfHidden, 1, weights.Hidden) : null;

        Int8Panels Pack(int firstGate, int count, ReadOnlySpan<sbyte> rows) => new(
            kernel, shape.Blocks, count * shape.Units, hidden, shape.Interleave(rows, hidden, firstGate, count),
            shape.Interleave<float>(hiddenScales, 1, firstGate, count), shape.Interleave<float>(hiddenBias, 1, firstGate, count));

        float[] Scales(ReadOnlySpan<float> given, string name)
        {
            float[] scales = new float[gates * hidden];
            if (given.Length == 1)
            {
                Array.Fill(scales, given[0]);
                return scales;
            }

            Check(given.Length, scales.Length, name);
            given.CopyTo(scales);
            return scales;
        }
    }

    private RecurrentDirection(
        RecurrentShape shape, int inputLength, int hiddenLength, ReadOnlySpan<float> bias, ReadOnlySpan<float> peepholes, out float[] inputBias, out float[] hiddenBias)
    {
        int hidden = shape.HiddenSize, all = shape.Gates * hidden;
        Check(inputLength, (long)all * shape.InputSize, "input weights");
        Check(hiddenLength, (long)all * hidden, "hidden weights");
        Check(bias.Length, bias.IsEmpty ? 0 : 2L * all, "bias");
        Check(peepholes.Length, peepholes.IsEmpty || shape.Kind != RecurrentKind.Lstm ? 0 : 3L * hidden, "peepholes");
        Hidden = null!;

        // The bias of the recurrence joins that of the input, except where the reset gate multiplies it.
        (inputBias, hiddenBias) = (new float[all], new float[all]);
        for (int i = 0; i < all && !bias.IsEmpty; i++)
        {
            bool isReset = shape.Kind == RecurrentKind.GruResetAfter && i >= 2 * hidden;
            inputBias[i] = bias[i] + (isReset ? 0 : bias[all + i]);
            hiddenBias[i] = isReset ? bias[all + i] : 0;
        }

        if (!peepholes.IsEmpty)
        {
            Peepholes = new NativeBuffer(3L * shape.PaddedHidden * sizeof(float));
            for (int gate = 0; gate < 3; gate++)
            {
                peepholes.Slice(gate * hidden, hidden).CopyTo(new Span<float>((float*)Peepholes.Pointer + (gate * shape.PaddedHidden), hidden));
            }
        }
    }

    /// <summary>Whether inputs and hidden states are quantized.</summary>
    internal bool IsQuantized => _quantizedInput is not null;

    internal RecurrentPanels Hidden { get; }

    /// <summary>The product of the reset hidden state, for units that reset first.</summary>
    internal RecurrentPanels? Candidate { get; }

    internal NativeBuffer? Peepholes { get; }

    /// <summary>Name of the kernel that projects the inputs.</summary>
    internal string KernelId => _quantizedInput?.KernelId ?? _input!.KernelId;

    internal long PackedBytes => (_quantizedInput?.PackedBytes ?? _input!.PackedBytes) + Hidden.Bytes + (Candidate?.Bytes ?? 0);

    /// <summary>Products of the inputs of all steps; scale and zero point are those of quantized inputs.</summary>
    internal void Project(in MatMulArguments arguments, float scale, int zeroPoint)
    {
        if (_quantizedInput is not null)
        {
            _quantizedInput.RunDynamic(arguments, scale, zeroPoint);
        }
        else
        {
            _input!.Run(arguments);
        }
    }

    public void Dispose()
    {
        _input?.Dispose();
        _quantizedInput?.Dispose();
        Hidden.Dispose();
        Candidate?.Dispose();
        Peepholes?.Dispose();
    }

    private static void Check(long actual, long expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"The {name} must have {expected} elements, got {actual}.");
        }
    }
}
