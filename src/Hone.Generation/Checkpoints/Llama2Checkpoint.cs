using System.Runtime.InteropServices;
using Hone.Tensors;

namespace Hone.Generation.Checkpoints;

/// <summary>Reads the checkpoints of llama2.c, version 0: a header of seven sizes, then float32 weights, grouped by kind and not by layer.</summary>
public static class Llama2Checkpoint
{
    /// <summary>Reads a checkpoint and builds the decoder as a graph of standard operators (opset 23: Attention, RMSNormalization, RotaryEmbedding).</summary>
    /// <param name="path">Of the <c>.bin</c> file.</param>
    /// <returns>
    /// A model with inputs <c>input_ids</c>, <c>position_ids</c> <c>[B, T]</c>, <c>attention_mask</c> <c>[B, P + T]</c> (all int64), and for every layer
    /// <c>past_key_values.{layer}.key</c> and <c>.value</c> <c>[B, key heads, P, head width]</c>; outputs <c>logits</c> <c>[B, T, vocabulary]</c> and
    /// <c>present.{layer}.key</c> and <c>.value</c>. These are the names that exporters of Hugging Face models give.
    /// </returns>
    /// <exception cref="ModelFormatException">The file is no such checkpoint.</exception>
    /// <exception cref="HoneException">The file cannot be read.</exception>
    public static Model Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            using BinaryReader reader = new(stream);
            if (stream.Length < Llama2Header.Length)
                throw new ModelFormatException($"'{path}' is too short for a llama2.c checkpoint.");
            Llama2Header header = Llama2Header.Read(reader);
            header.Validate(path, stream.Length);
            return new Model(new Llama2Graph(header, ReadWeights(header, reader)).Build());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HoneException($"Cannot read '{path}': {e.Message}", e);
        }
    }

    private static Llama2Weights ReadWeights(Llama2Header header, BinaryReader reader)
    {
        (int width, int hidden, int keys, int layers) = (header.Width, header.HiddenWidth, header.KeyWidth, header.Layers);
        Tensor embedding = Read(header.Vocabulary, width);
        Tensor[] attentionNorm = ReadAll(width);
        Tensor[] query = ReadAll(width, width), key = ReadAll(keys, width), value = ReadAll(keys, width), attentionOutput = ReadAll(width, width);
        Tensor[] feedForwardNorm = ReadAll(width);
        Tensor[] gate = ReadAll(hidden, width), down = ReadAll(width, hidden), up = ReadAll(hidden, width);
        Tensor norm = Read(width);
        // The angles of the rotation follow; they are computed instead.
        reader.BaseStream.Seek(sizeof(float) * (long)header.Context * header.HeadWidth, SeekOrigin.Current);
        Tensor output = header.IsTied ? embedding : Read(header.Vocabulary, width);
        return new Llama2Weights(embedding, attentionNorm, query, key, value, attentionOutput, feedForwardNorm, gate, down, up, norm, output);

        Tensor[] ReadAll(params long[] shape) => [.. Enumerable.Range(0, layers).Select(_ => Read(shape))];

        Tensor Read(params long[] shape)
        {
            Tensor tensor = new(DataType.Float32, new TensorShape(shape));
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(tensor.AsSpan<float>()));
            return tensor;
        }
    }
}
