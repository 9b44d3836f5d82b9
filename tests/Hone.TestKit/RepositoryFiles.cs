namespace Hone.TestKit;

/// <summary>Finds files of the repository, and data that may lie beside it, from where the tests run.</summary>
public static class RepositoryFiles
{
    /// <value>The root of the repository, or null when the tests run from elsewhere.</value>
    public static string? Root { get; } = FindRoot();

    /// <summary>Paths below <c>../shared/</c>, a folder of models and data beside the repository; none where it is absent.</summary>
    public static IReadOnlyList<string> Shared(string folder, string pattern)
    {
        string? path = Root is null ? null : Path.GetFullPath(Path.Combine(Root, "..", "shared", folder));
        return Directory.Exists(path) ? [.. Directory.EnumerateFiles(path, pattern).Order(StringComparer.Ordinal)] : [];
    }

    private static string? FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Hone.slnx")))
                return directory.FullName;
        }

        return null;
    }
}
