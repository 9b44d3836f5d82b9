using System.Formats.Tar;
using System.IO.Compression;
using Hone.TestKit;

namespace Hone.Conformance;

/// <summary>
/// Finds the official ONNX operator cases: in the folder or <c>.tar.gz</c> that the environment variable <see cref="Variable"/> names, else in
/// <c>../shared/data</c> beside the repository, else where Debian's <c>libonnx-testdata</c> installs them.
/// </summary>
internal static class OnnxCases
{
    internal const string Variable = "HONE_ONNX_TESTS";

    private const string DebianFolder = "/usr/share/libonnx-testdata/data";

    private static readonly Lazy<SortedDictionary<string, OnnxCase>> s_all = new(Load);

    /// <value>Where the cases come from, or null when there are none.</value>
    internal static string? Source { get; } = FindSource();

    /// <value>The operator cases by name.</value>
    internal static IReadOnlyDictionary<string, OnnxCase> All => s_all.Value;

    private static string? FindSource() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given
        : RepositoryFiles.Shared("data", "onnx-node-tests-*.tar.gz") is [.., string archive] ? archive
        : Directory.Exists(DebianFolder) ? DebianFolder
        : null;

    private static SortedDictionary<string, OnnxCase> Load()
    {
        SortedDictionary<string, OnnxCase> cases = new(StringComparer.Ordinal);
        IEnumerable<(string Path, byte[] Content)> files = Source is null ? [] : Directory.Exists(Source) ? ReadFolder(Source) : ReadArchive(Source);
        foreach ((string path, byte[] content) in files)
        {
            // .../node/test_name/model.onnx, .../node/test_name/test_data_set_0/input_0.pb
            string[] parts = path.Split('/');
            int node = Array.LastIndexOf(parts, "node");
            if (node < 0 || parts.Length < node + 3)
                continue;
            if (!cases.TryGetValue(parts[node + 1], out OnnxCase? found))
                cases.Add(parts[node + 1], found = new OnnxCase());
            found.Add(string.Join('/', parts[(node + 2)..]), content);
        }

        return new(cases.Where(c => c.Value.HasModel).ToDictionary(), StringComparer.Ordinal);
    }

    private static IEnumerable<(string Path, byte[] Content)> ReadFolder(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => (f.Replace('\\', '/'), File.ReadAllBytes(f)));

    private static IEnumerable<(string Path, byte[] Content)> ReadArchive(string path)
    {
        using FileStream file = File.OpenRead(path);
        using GZipStream unzipped = new(file, CompressionMode.Decompress);
        using TarReader tar = new(unzipped);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not { } stream)
                continue;
            byte[] content = new byte[entry.Length];
            stream.ReadExactly(content);
            yield return (entry.Name, content);
        }
    }
}
