namespace Hone.Files;

/// <summary>A file that is written under a temporary name and takes its real one only when it is complete.</summary>
/// <remarks>Input and output errors are those of <see cref="FileStream"/>.</remarks>
public sealed class AtomicFile : IDisposable
{
    private readonly string _temporaryPath;
    private bool _committed;

    /// <summary>Creates the temporary file, in the folder of the real one.</summary>
    /// <param name="path">The name that the file is to have; an existing file is replaced.</param>
    public AtomicFile(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        _temporaryPath = $"{Path}.{Guid.NewGuid():N}.tmp";
        Stream = new FileStream(_temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
    }

    /// <value>Full path of the file.</value>
    public string Path { get; }

    /// <value>What is written so far.</value>
    public FileStream Stream { get; }

    /// <summary>Writes a text file as UTF-8.</summary>
    /// <exception cref="HoneException">The file cannot be written.</exception>
    public static void WriteAllText(string path, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            using AtomicFile file = new(path);
            file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HoneException($"The file '{path}' cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Gives the file its real name. Without it the file vanishes when this is disposed.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporaryPath, Path, overwrite: true);
        _committed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed)
            File.Delete(_temporaryPath);
    }
}
