using Hone.Graphs;
using Hone.Tensors;
using StbImageSharp;

namespace Hone.Cli.Inputs;

/// <summary>Reads a folder of <c>.npy</c> files or images as batches for calibration, one file at a time.</summary>
internal static class CalibrationFolder
{
    /// <summary>A small file can claim to be a huge image; it must not take the memory for one.</summary>
    private const long LargestPixelCount = 1L << 26;

    private static readonly string[] s_imageEndings = [".jpg", ".jpeg", ".png", ".bmp"];

    /// <param name="folder">Its files are read in the order of their names.</param>
    /// <param name="input">The model's input; images are scaled to its size by their nearest pixels.</param>
    /// <param name="mean">Subtracted from each channel after division by 255.</param>
    /// <param name="deviation">Divides each channel.</param>
    /// <exception cref="HoneException">The folder does not exist, or a file cannot be used.</exception>
    internal static IEnumerable<IReadOnlyDictionary<string, Tensor>> Read(string folder, Value input, float[] mean, float[] deviation)
    {
        if (!Directory.Exists(folder))
            throw new HoneException($"There is no folder '{folder}'.");
        foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            string ending = Path.GetExtension(path).ToLowerInvariant();
            if (ending == ".npy")
                yield return new Dictionary<string, Tensor> { [input.Name] = NpyFile.Read(path) };
            else if (s_imageEndings.Contains(ending))
                yield return new Dictionary<string, Tensor> { [input.Name] = ReadImage(path, input, mean, deviation) };
        }
    }

    private static Tensor ReadImage(string path, Value input, float[] mean, float[] deviation)
    {
        if (input.Shape is not { Rank: 4 } shape || !shape[1].IsFixed || !shape[2].IsFixed || !shape[3].IsFixed || shape[1].Value is not (1 or 3))
            throw new HoneException($"Images need an input of shape [N, 1 or 3, height, width]; '{input.Name}' is {input.Shape}.");
        (int channels, int height, int width) = ((int)shape[1].Value, (int)shape[2].Value, (int)shape[3].Value);
        ImageResult image;
        try
        {
            byte[] file = File.ReadAllBytes(path);
            using MemoryStream header = new(file);
            if (ImageInfo.FromStream(header) is not { } info || (long)info.Width * info.Height > LargestPixelCount)
                throw new ModelFormatException($"'{path}' is not an image of at most {LargestPixelCount} pixels.");
            image = ImageResult.FromMemory(file, channels == 1 ? ColorComponents.Grey : ColorComponents.RedGreenBlue);
        }
        catch (Exception e) when (e is not IOException and not UnauthorizedAccessException and not HoneException)
        {
            throw new ModelFormatException($"'{path}' is not an image that can be read: {e.Message}", e);
        }

        Tensor tensor = new(DataType.Float32, new TensorShape(1, channels, height, width));
        Span<float> target = tensor.AsSpan<float>();
        for (int i = 0; i < target.Length; i++)
        {
            (int channel, int y, int x) = (i / (height * width), i / width % height, i % width);
            byte pixel = image.Data[((((y * image.Height / height) * image.Width) + (x * image.Width / width)) * channels) + channel];
            target[i] = ((pixel / 255f) - mean[channel % mean.Length]) / deviation[channel % deviation.Length];
        }

        return tensor;
    }
}
