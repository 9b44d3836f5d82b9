using System.Collections.ObjectModel;
using Hone.Tensors;
using Hone.Weights.Checkpoints;
using Hone.Weights.Safetensors;

namespace Hone.Weights;

/// <summary>An open file of named tensors. Opening reads the names; the elements are read one tensor at a time, when asked for.</summary>
/// <remarks>
/// Files are not trusted: whatever is wrong with one gives a <see cref="WeightFileException"/>, and nothing in it is ever run. Reading is not
/// synchronised: use one instance from one thread at a time.
/// </remarks>
public abstract class WeightFile : IDisposable
{
    private readonly OrderedDictionary<string, WeightEntry> _byName = new(StringComparer.Ordinal);

    private protected WeightFile(string path)
    {
        Path = path;
    }

    /// <value>Path as it was given.</value>
    public string Path { get; }

    /// <value>The tensors, in the order of the file.</value>
    public IReadOnlyList<WeightEntry> Entries => _byName.Values;

    /// <value>What the file says beside tensors: the metadata of a safetensors file, the plain values of a checkpoint such as <c>epoch</c>.</value>
    public IReadOnlyDictionary<string, string> Metadata { get; private protected set; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Opens a safetensors file or a PyTorch checkpoint; the content decides, not the name.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="UnsafePickleException">A pickle asks for more than tensors, containers and plain values.</exception>
    /// <exception cref="WeightFileException">The file is damaged or holds what Hone cannot read.</exception>
    /// <exception cref="HoneException">The file cannot be opened.</exception>
    public static WeightFile Open(string path, WeightReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= WeightReadOptions.Default;
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            WeightFile file = CheckpointFile.IsCheckpoint(stream)
                ? new CheckpointFile(path, stream, options)
                : new SafetensorsFile(path, stream, options);
            stream = null;
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HoneException($"The weights '{path}' cannot be read: {e.Message}", e);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Reads one tensor into memory of its own.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    /// <exception cref="WeightFileException">The file is damaged.</exception>
    public Tensor Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_byName.TryGetValue(name, out WeightEntry? entry))
            throw new KeyNotFoundException($"'{Path}' has no tensor '{name}'.");
        try
        {
            return Read(entry);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new WeightFileException($"Tensor '{name}' of '{Path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads all tensors, in the order of the file.</summary>
    /// <exception cref="WeightFileException">The file is damaged.</exception>
    public OrderedDictionary<string, Tensor> ReadAll(CancellationToken cancellationToken = default)
    {
        OrderedDictionary<string, Tensor> result = new(StringComparer.Ordinal);
        foreach (WeightEntry entry in Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            result.Add(entry.Name, Read(entry.Name));
        }

        return result;
    }

    /// <summary>Closes the file; tensors that were read stay valid.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private protected abstract Tensor Read(WeightEntry entry);

    private protected abstract void Dispose(bool disposing);

    private protected void Add(WeightEntry entry)
    {
        if (!_byName.TryAdd(entry.Name, entry))
            throw new WeightFileException(entry.Name, "is listed twice.");
    }
}
