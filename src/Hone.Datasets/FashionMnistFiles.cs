namespace Hone.Datasets;

/// <summary>The files of the whole data set.</summary>
internal static class FashionMnistFiles
{
    internal static IReadOnlyList<string> Names { get; } =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>The path of a file, compressed or plain, or null.</summary>
    internal static string? Find(string folder, string name) =>
        new[] { $"{name}.gz", name }.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);
}
