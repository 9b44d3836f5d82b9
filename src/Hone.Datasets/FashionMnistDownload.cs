using System.Security.Cryptography;

namespace Hone.Datasets;

/// <summary>Downloads the data set from its authors and keeps it in a cache.</summary>
public sealed class FashionMnistDownload : IDisposable
{
    private static readonly Uri s_official = new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/");

    /// <summary>SHA-256 of the compressed files as their authors publish them.</summary>
    private static readonly Dictionary<string, string> s_checksums = new(StringComparer.Ordinal)
    {
        ["train-images-idx3-ubyte.gz"] = "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        ["train-labels-idx1-ubyte.gz"] = "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        ["t10k-images-idx3-ubyte.gz"] = "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        ["t10k-labels-idx1-ubyte.gz"] = "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    };

    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(5) };
    private readonly Uri _address;
    private readonly IReadOnlyDictionary<string, string> _checksums;

    /// <summary>Prepares a download from the authors' address.</summary>
    public FashionMnistDownload()
        : this(s_official, s_checksums)
    {
    }

    internal FashionMnistDownload(Uri address, IReadOnlyDictionary<string, string> checksums)
    {
        _address = address;
        _checksums = checksums;
    }

    /// <value>Where downloads are kept: in the user's cache folder.</value>
    public static string CacheFolder { get; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "hone", "fashion-mnist");

    /// <summary>Downloads what the folder lacks. A file appears under its name only when its checksum is right.</summary>
    /// <param name="folder">Created where it does not exist.</param>
    /// <param name="progress">Told the share of the files that are complete, 0..1.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <exception cref="HttpRequestException">The address cannot be reached.</exception>
    /// <exception cref="HoneException">What was downloaded has another checksum.</exception>
    public async Task ToFolderAsync(string folder, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(folder);
        int done = 0;
        foreach ((string name, string checksum) in _checksums)
        {
            string target = Path.Combine(folder, name);
            if (!File.Exists(target))
                await DownloadAsync(name, checksum, target, cancellationToken).ConfigureAwait(false);
            progress?.Report((double)++done / _checksums.Count);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task DownloadAsync(string name, string checksum, string target, CancellationToken cancellationToken)
    {
        string temporary = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            byte[] content = await _client.GetByteArrayAsync(new Uri(_address, name), cancellationToken).ConfigureAwait(false);
            string actual = Convert.ToHexStringLower(SHA256.HashData(content));
            if (actual != checksum)
                throw new HoneException($"'{name}' was downloaded with the checksum {actual}, expected {checksum}.");
            await File.WriteAllBytesAsync(temporary, content, cancellationToken).ConfigureAwait(false);
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
