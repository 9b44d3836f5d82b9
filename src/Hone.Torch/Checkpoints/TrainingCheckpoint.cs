using System.IO.Compression;
using System.Text.Json;
using Hone.Files;
using Hone.Torch.Amp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Checkpoints;

/// <summary>Saves and resumes everything that a training depends on: parameters, buffers, optimizer, gradient scaler, random state, progress.</summary>
/// <remarks>
/// One ZIP file that appears only when it is complete. Module and optimizer are in TorchSharp's own formats inside. The buffers of a
/// <see cref="Qat.QatModule"/> include its ranges and what is frozen, so a training for quantization resumes too. A learning-rate schedule is a function of
/// the step: make it anew with the step as its last one.
/// </remarks>
public static class TrainingCheckpoint
{
    private const int Version = 1;
    private const string ContentsEntry = "checkpoint.json";
    private const string ModuleEntry = "module.dat";
    private const string OptimizerEntry = "optimizer.dat";
    private const string RandomEntry = "random.dat";

    /// <summary>Writes a checkpoint; an existing one is replaced.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="module">What is trained.</param>
    /// <param name="optimizer">Trains it; one of TorchSharp's own.</param>
    /// <param name="progress">How far the training has come.</param>
    /// <param name="scaler">The gradient scaler, if there is one.</param>
    /// <exception cref="HoneException">The file cannot be written.</exception>
    public static void Save(string path, nn.Module module, optim.Optimizer optimizer, TrainingProgress progress, GradScaler? scaler = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(progress);
        OptimizerHelper helper = Helper(optimizer);
        try
        {
            using AtomicFile file = new(path);
            using (ZipArchive archive = new(file.Stream, ZipArchiveMode.Create, leaveOpen: true))
            {
                Write(archive, ContentsEntry, stream => JsonSerializer.Serialize(stream, new CheckpointContents(Version, progress, scaler?.StateDict())));
                Write(archive, ModuleEntry, stream => module.save(stream));
                Write(archive, OptimizerEntry, stream => helper.save_state_dict(new BinaryWriter(stream)));
                using Tensor random = get_rng_state();
                Write(archive, RandomEntry, stream => stream.Write(random.data<byte>().ToArray()));
            }

            file.Commit();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new HoneException($"The checkpoint '{path}' cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Goes on from a checkpoint.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="module">Of the same structure as the saved one; takes its parameters and buffers.</param>
    /// <param name="optimizer">Of the same kind, over the module's parameters in the same order.</param>
    /// <param name="scaler">Takes the saved scale; null leaves it out.</param>
    /// <returns>How far the training had come.</returns>
    /// <exception cref="HoneException">The file cannot be read, is damaged, or belongs to another module or optimizer.</exception>
    public static TrainingProgress Load(string path, nn.Module module, optim.Optimizer optimizer, GradScaler? scaler = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(module);
        OptimizerHelper helper = Helper(optimizer);
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            CheckpointContents contents = JsonSerializer.Deserialize<CheckpointContents>(Read(archive, ContentsEntry))
                ?? throw new InvalidDataException($"'{ContentsEntry}' is empty.");
            if (contents.Version != Version)
                throw new InvalidDataException($"its format is version {contents.Version}, this is version {Version}.");
            if (scaler is not null && contents.Scaler is null)
                throw new InvalidDataException("it was saved without a gradient scaler.");
            module.load(new MemoryStream(Read(archive, ModuleEntry)));
            helper.load_state_dict(new BinaryReader(new MemoryStream(Read(archive, OptimizerEntry))));
            if (contents.Scaler is not null)
                scaler?.LoadStateDict(contents.Scaler);
            using Tensor random = tensor(Read(archive, RandomEntry));
            set_rng_state(random);
            return contents.Progress;
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or InvalidDataException or JsonException or ArgumentException or OverflowException or FormatException)
        {
            throw new HoneException($"The checkpoint '{path}' cannot be resumed: {error.Message}", error);
        }
    }

    private static OptimizerHelper Helper(optim.Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return optimizer as OptimizerHelper
            ?? throw new ArgumentException($"{optimizer.GetType().Name} has no state dictionary that could be saved.", nameof(optimizer));
    }

    private static void Write(ZipArchive archive, string name, Action<Stream> write)
    {
        // TorchSharp closes the stream that it has written, which an entry of an archive does not survive.
        using MemoryStream memory = new();
        write(memory);
        using Stream entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(memory.ToArray());
    }

    private static byte[] Read(ZipArchive archive, string name)
    {
        ZipArchiveEntry entry = archive.GetEntry(name) ?? throw new InvalidDataException($"it has no '{name}'.");
        using Stream stream = entry.Open();
        using MemoryStream memory = new();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
