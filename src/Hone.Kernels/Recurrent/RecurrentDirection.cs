using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;
using Hone.Kernels.MatMul;
using Hone.Kernels.Memory;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Recurrent;

/// <summary>The packed weights of one direction.</summary>
internal sealed unsafe class RecurrentDirection : IDisposable
{
    internal RecurrentDirection(RecurrentShape shape, in RecurrentWeights weights, KernelOptions options)
    {
        int gates = shape.Gates, hidden = shape.HiddenSize, all = gates * hidden;
        Check(weights.Input.Length, (long)all * shape.InputSize, "input weights");
        Check(weights.Hidden.Length, (long)all * hidden, "hidden weights");
        Check(weights.Bias.Length, weights.Bias.IsEmpty ? 0 : 2L * all, "bias");
        Check(weights.Peepholes.Length, weights.Peepholes.IsEmpty || shape.Kind != RecurrentKind.Lstm ? 0 : 3L * hidden, "peepholes");

        // The bias of the recurrence joins that of the input, except where the reset gate multiplies it.
        float[] inputBias = new float[all], hiddenBias = new float[all];
        for (int i = 0; i < all && !weights.Bias.IsEmpty; i++)
        {
            bool isReset = shape.Kind == RecurrentKind.GruResetAfter && i >= 2 * hidden;
            inputBias[i] = weights.Bias[i] + (isReset ? 0 : weights.Bias[all + i]);
            hiddenBias[i] = isReset ? weights.Bias[all + i] : 0;
        }

        Input = new F32MatMul(
            shape.InputSize, shape.Columns, shape.Interleave(weights.Input, shape.InputSize, 0, gates), isTransposed: true,
            shape.Interleave<float>(inputBias, 1, 0, gates), default, options);
        TileKernel kernel = KernelCatalogue.TilesFor(TileType.Float32, options).First();
        bool resetsFirst = shape.Kind == RecurrentKind.GruResetBefore;
        Hidden = Pack(0, resetsFirst ? 2 : gates, weights.Hidden);
        Candidate = resetsFirst ? Pack(2, 1, weights.Hidden) : null;
        if (!weights.Peepholes.IsEmpty)
        {
            Peepholes = new NativeBuffer(3L * shape.PaddedHidden * sizeof(float));
            for (int gate = 0; gate < 3; gate++)
            {
                weights.Peepholes.Slice(gate * hidden, hidden).CopyTo(new Span<float>((float*)Peepholes.Pointer + (gate * shape.PaddedHidden), hidden));
            }
        }

        RecurrentPanels Pack(int firstGate, int count, ReadOnlySpan<float> rows) => new(
            kernel, VectorWidth.For(options.Features), options.AllowsBFloat16, shape.Blocks, count * shape.Units, hidden, shape.Interleave(rows, hidden, firstGate, count), shape.Interleave<float>(hiddenBias, 1, firstGate, count));
    }

    internal F32MatMul Input { get; }

    internal RecurrentPanels Hidden { get; }

    /// <summary>The product of the reset hidden state, for units that reset first.</summary>
    internal RecurrentPanels? Candidate { get; }

    internal NativeBuffer? Peepholes { get; }

    internal long PackedBytes => Input.PackedBytes + Hidden.Bytes + (Candidate?.Bytes ?? 0);

    public void Dispose()
    {
        Input.Dispose();
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
