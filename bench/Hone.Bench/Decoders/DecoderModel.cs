using System.Runtime.InteropServices;
using Hone.Generation.Checkpoints;
using Hone.Quantization;

namespace Hone.Bench.Decoders;

/// <summary>Writes Llama decoders with random weights as ONNX files, with weights of 32, 8 or 4 bits.</summary>
/// <param name="Width">Elements of a hidden state.</param>
/// <param name="HiddenWidth">Elements inside the feed-forward layers.</param>
/// <param name="Layers">Decoder layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyHeads">Heads of keys and values.</param>
/// <param name="Vocabulary">Tokens.</param>
internal sealed record DecoderModel(int Width, int HiddenWidth, int Layers, int Heads, int KeyHeads, int Vocabulary)
{
    private const int Context = 1024;

    internal static DecoderModel Default { get; } = new(1024, 2816, 8, 16, 4, 8192);

    internal string Name => $"llama-{Layers}x{Width}";

    /// <summary>Makes the files that are missing in the folder.</summary>
    /// <param name="folder">Where they are kept.</param>
    /// <param name="type">fp32, int8 or int4; the integers in blocks of 32, with activations of 8 bits allowed.</param>
    internal string Create(string folder, string type)
    {
        Directory.CreateDirectory(folder);
        string checkpoint = Path.Combine(folder, $"{Name}.bin"), path = Path.Combine(folder, $"{Name}-{type}.onnx");
        if (File.Exists(path))
            return path;
        if (!File.Exists(checkpoint))
            WriteCheckpoint(checkpoint);
        Model model = Llama2Checkpoint.Load(checkpoint);
        WeightOnlyQuantizationConfig config = WeightOnlyQuantizationConfig.Int4 with { Format = WeightOnlyFormat.MatMulNBits, AllowsInt8Activations = true, RoundsScalesToHalf = true };
        Model written = type switch
        {
            "int4" => model.QuantizeWeights(config),
            "int8" => model.QuantizeWeights(config with { DataType = Tensors.DataType.Int8 }),
            _ => model,
        };
        written.Save(path);
        return path;
    }

    private void WriteCheckpoint(string path)
    {
        int keys = Width / Heads * KeyHeads;
        long matrices = (2L * Width * Width) + (2L * Width * keys) + (3L * Width * HiddenWidth);
        long count = ((long)Vocabulary * Width) + (Layers * (matrices + (2L * Width))) + Width + ((long)Context * Width / Heads);
        using BinaryWriter writer = new(File.Create(path));
        foreach (int size in new[] { Width, HiddenWidth, Layers, Heads, KeyHeads, Vocabulary, Context })
            writer.Write(size);
        Random random = new(1);
        float[] row = new float[Width];
        float range = MathF.Sqrt(12f / Width);
        for (long written = 0; written < count; written += row.Length)
        {
            foreach (ref float element in row.AsSpan())
                element = (random.NextSingle() - 0.5f) * range;
            writer.Write(MemoryMarshal.AsBytes(row.AsSpan(0, (int)Math.Min(row.Length, count - written))));
        }
    }
}
