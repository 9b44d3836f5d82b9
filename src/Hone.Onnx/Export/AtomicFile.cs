namespace Hone.Onnx.Export;

/// <summary>A file that is written under a temporary name and takes its real one only when it is complete.</summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _temporaryPath;
    private bool _committed;

    internal AtomicFile(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        _temporaryPath = $"{Path}.{Guid.NewGuid():N}.tmp";
        Stream = new FileStream(_temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
    }

    internal string Path { get; }

    internal FileStream Stream { get; }

    internal void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporaryPath, Path, overwrite: true);
        _committed = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed)
            File.Delete(_temporaryPath);
    }
}
