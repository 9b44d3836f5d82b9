using Hone.Tensors;

namespace Hone.Datasets;

/// <summary>Images of clothes with their classes: Fashion-MNIST (Xiao, Rasul, Vollgraf 2017; MIT licence), or a part of it.</summary>
public sealed class FashionMnist
{
    /// <value>Height and width of an image in pixels.</value>
    public const int Size = 28;

    private const float Mean = 0.2860f;
    private const float Deviation = 0.3530f;

    private readonly byte[] _pixels;

    private FashionMnist(byte[] pixels, byte[] labels)
    {
        _pixels = pixels;
        Labels = labels;
    }

    /// <value>The names of the ten classes.</value>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <value>Number of images.</value>
    public int Count => Labels.Count;

    /// <value>The class of each image, 0..9.</value>
    public IReadOnlyList<byte> Labels { get; }

    /// <summary>Reads a pair of IDX files, plain or compressed with gzip.</summary>
    /// <exception cref="ModelFormatException">A file is not of the format, or the two do not fit.</exception>
    public static FashionMnist Read(Stream images, Stream labels)
    {
        (int[] sizes, byte[] pixels) = IdxFile.Read(images, "images", 3);
        (int[] counts, byte[] classes) = IdxFile.Read(labels, "labels", 1);
        if (sizes[1] != Size || sizes[2] != Size)
            throw new ModelFormatException($"The images are {sizes[1]} x {sizes[2]} pixels, expected {Size} x {Size}.");
        if (sizes[0] != counts[0])
            throw new ModelFormatException($"There are {sizes[0]} images and {counts[0]} labels.");
        if (Array.Exists(classes, c => c >= ClassNames.Count))
            throw new ModelFormatException($"A label is {classes.Max()}, the classes are 0..{ClassNames.Count - 1}.");
        return new FashionMnist(pixels, classes);
    }

    /// <summary>The first images only.</summary>
    public FashionMnist Take(int count)
    {
        int kept = Math.Min(count, Count);
        return new FashionMnist(_pixels[..(kept * Size * Size)], [.. Labels.Take(kept)]);
    }

    /// <summary>Consecutive images as float32 <c>[count, 1, 28, 28]</c>, normalized to mean 0 and deviation 1 over the training set.</summary>
    public Tensor Images(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, Count);
        Tensor tensor = new(DataType.Float32, new TensorShape(count, 1, Size, Size));
        Span<float> target = tensor.AsSpan<float>();
        ReadOnlySpan<byte> source = _pixels.AsSpan(start * Size * Size, target.Length);
        for (int i = 0; i < target.Length; i++)
            target[i] = ((source[i] / 255f) - Mean) / Deviation;
        return tensor;
    }

    /// <summary>All images in batches, each with the classes of its images; the last one may be smaller.</summary>
    public IEnumerable<(Tensor Images, ReadOnlyMemory<byte> Labels)> Batches(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        byte[] labels = [.. Labels];
        for (int start = 0; start < Count; start += batchSize)
        {
            int count = Math.Min(batchSize, Count - start);
            yield return (Images(start, count), labels.AsMemory(start, count));
        }
    }

    /// <summary>All images in batches, as the input of that name of a model.</summary>
    public IEnumerable<IReadOnlyDictionary<string, Tensor>> Inputs(string name, int batchSize) =>
        Batches(batchSize).Select(b => new Dictionary<string, Tensor> { [name] = b.Images });
}
