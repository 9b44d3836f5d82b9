namespace Hone.Datasets;

/// <summary>Finds Fashion-MNIST: in a folder that is named, where Debian installs it, in the cache of downloads, on the net, or a subset in this library.</summary>
public static class FashionMnistSource
{
    /// <value>Where Debian's package <c>dataset-fashion-mnist</c> puts the files.</value>
    public const string DebianFolder = "/usr/share/datasets/fashion-mnist";

    /// <summary>The images and labels of a part that come with this library: 2,000 to test on, 512 to calibrate with.</summary>
    public static FashionMnist Embedded(FashionMnistPart part)
    {
        using Stream images = Resource(part == FashionMnistPart.Train ? "train-images-512.gz" : "test-images-2000.gz");
        using Stream labels = Resource(part == FashionMnistPart.Train ? "train-labels-512.gz" : "test-labels-2000.gz");
        return FashionMnist.Read(images, labels);
    }

    /// <summary>Finds a folder with the four files of the whole data set.</summary>
    /// <param name="folder">Used alone when given; its files may be compressed or plain.</param>
    /// <param name="download">Whether the net may be asked when no folder of this machine has the files.</param>
    /// <param name="progress">Told the share of a download, 0..1.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <returns>The folder, or null when there is none: take <see cref="Embedded"/> then.</returns>
    /// <exception cref="HoneException">The named folder lacks a file.</exception>
    public static async Task<string?> FindFolderAsync(string? folder, bool download = true, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        if (folder is not null)
        {
            string? missing = FashionMnistFiles.Names.FirstOrDefault(n => FashionMnistFiles.Find(folder, n) is null);
            return missing is null ? folder : throw new HoneException($"'{folder}' has no file '{missing}'.");
        }

        foreach (string candidate in new[] { DebianFolder, FashionMnistDownload.CacheFolder })
        {
            if (FashionMnistFiles.Names.All(n => FashionMnistFiles.Find(candidate, n) is not null))
                return candidate;
        }

        if (!download)
            return null;
        try
        {
            using FashionMnistDownload net = new();
            await net.ToFolderAsync(FashionMnistDownload.CacheFolder, progress, cancellationToken).ConfigureAwait(false);
            return FashionMnistDownload.CacheFolder;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Reads a part from a folder with the files of the whole data set.</summary>
    /// <exception cref="ModelFormatException">A file is damaged.</exception>
    /// <exception cref="HoneException">A file is missing or cannot be read.</exception>
    public static FashionMnist Load(string folder, FashionMnistPart part)
    {
        string prefix = part == FashionMnistPart.Train ? "train" : "t10k";
        try
        {
            using Stream images = Open(folder, $"{prefix}-images-idx3-ubyte");
            using Stream labels = Open(folder, $"{prefix}-labels-idx1-ubyte");
            return FashionMnist.Read(images, labels);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HoneException($"The data in '{folder}' cannot be read: {e.Message}", e);
        }
    }

    private static FileStream Open(string folder, string name) =>
        File.OpenRead(FashionMnistFiles.Find(folder, name) ?? throw new HoneException($"'{folder}' has no file '{name}'."));

    private static Stream Resource(string name) =>
        typeof(FashionMnistSource).Assembly.GetManifestResourceStream(name) ?? throw new HoneException($"The library was built without '{name}'.");
}
