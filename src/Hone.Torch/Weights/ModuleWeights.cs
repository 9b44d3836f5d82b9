using Hone.Tensors;
using Hone.Weights;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;
using TorchTensor = TorchSharp.torch.Tensor;

namespace Hone.Torch;

/// <summary>Loads files of weights into TorchSharp modules, and saves modules as safetensors.</summary>
public static class ModuleWeights
{
    private const string BatchCounter = "num_batches_tracked";

    /// <summary>Loads a safetensors file or a PyTorch checkpoint into the parameters and buffers of a module.</summary>
    /// <param name="module">Its parameters and buffers keep their element type and device; the elements are converted to it.</param>
    /// <param name="path">Of the file; its content decides on the format.</param>
    /// <param name="options">Null for the defaults: strict, names as they are.</param>
    /// <param name="cancellationToken">Stops between two tensors; the module then has some old and some new weights.</param>
    /// <exception cref="WeightMismatchException">Loading is strict and names or shapes do not fit; the module is unchanged.</exception>
    /// <exception cref="UnsafePickleException">A checkpoint asks for more than tensors, containers and plain values.</exception>
    /// <exception cref="WeightFileException">The file is damaged, or two of its tensors would have the same name in the module.</exception>
    /// <exception cref="HoneException">The file cannot be opened.</exception>
    public static WeightLoadResult LoadWeights(this nn.Module module, string path, WeightLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(module);
        options ??= new WeightLoadOptions();
        using WeightFile file = WeightFile.Open(path, options.Reading);
        return module.LoadWeights(file, options, cancellationToken);
    }

    /// <summary>Loads the tensors of an open file.</summary>
    /// <inheritdoc cref="LoadWeights(nn.Module, string, WeightLoadOptions?, CancellationToken)"/>
    public static WeightLoadResult LoadWeights(this nn.Module module, WeightFile file, WeightLoadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(file);
        options ??= new WeightLoadOptions();
        Dictionary<string, TorchTensor> state = module.state_dict();
        Dictionary<string, WeightEntry> mapped = Map(file, options);
        WeightShapeDifference[] otherShapes = [.. state
            .Where(s => mapped.TryGetValue(s.Key, out WeightEntry? entry) && !entry.Shape.Dimensions.SequenceEqual(s.Value.shape))
            .Select(s => new WeightShapeDifference(s.Key, new TensorShape(s.Value.shape), mapped[s.Key].Shape))];
        string[] fitting = [.. state.Keys.Where(mapped.ContainsKey).Except(otherShapes.Select(difference => difference.Name))];
        WeightLoadResult result = new()
        {
            Loaded = fitting,
            Missing = [.. state.Keys.Where(name => !mapped.ContainsKey(name))],
            Unexpected = [.. mapped.Where(m => !state.ContainsKey(m.Key)).Select(m => m.Value.Name)],
            OtherShapes = otherShapes,
            Converted = [.. fitting
                .Select(name => new WeightConversion(name, mapped[name].DataType, state[name].dtype.ToHone()))
                .Where(conversion => conversion.From != conversion.To)],
        };
        if (options.IsStrict && !Fits(result))
            throw new WeightMismatchException(file.Path, module.GetType().Name, result with { Loaded = [], Converted = [] });
        using IDisposable _ = no_grad();
        foreach (string name in fitting)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Copy(file, mapped[name], state[name]);
        }

        return result;
    }

    /// <summary>Saves the parameters and persistent buffers of a module as a safetensors file, which Python reads; it appears only when complete.</summary>
    /// <param name="module">The module.</param>
    /// <param name="path">An existing file is replaced.</param>
    /// <param name="metadata">Further text for the header, or null.</param>
    /// <exception cref="HoneException">A tensor has an element type that safetensors lacks, or the file cannot be written.</exception>
    public static void SaveWeights(this nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        Dictionary<string, HoneTensor> copies = [];
        try
        {
            foreach ((string name, TorchTensor tensor) in module.state_dict())
                copies.Add(name, Convert(name, () => tensor.ToHone()));
            SafetensorsWriter.Save(path, copies, metadata);
        }
        finally
        {
            foreach (HoneTensor copy in copies.Values)
                copy.Dispose();
        }
    }

    private static Dictionary<string, WeightEntry> Map(WeightFile file, WeightLoadOptions options)
    {
        Dictionary<string, WeightEntry> mapped = new(StringComparer.Ordinal);
        foreach (WeightEntry entry in file.Entries)
        {
            string name = entry.Name.StartsWith(options.RemovedPrefix, StringComparison.Ordinal) ? entry.Name[options.RemovedPrefix.Length..] : entry.Name;
            if (options.Rename is not null && options.Rename(name) is var renamed)
            {
                if (renamed is null)
                    continue;
                name = renamed;
            }

            if (!mapped.TryAdd(name, entry))
                throw new WeightFileException(entry.Name, $"becomes '{name}' in the module, as '{mapped[name].Name}' does.");
        }

        return mapped;
    }

    private static bool Fits(WeightLoadResult result) =>
        result.Unexpected.Count == 0 && result.OtherShapes.Count == 0
        && result.Missing.All(name => name == BatchCounter || name.EndsWith($".{BatchCounter}", StringComparison.Ordinal));

    private static void Copy(WeightFile file, WeightEntry entry, TorchTensor target)
    {
        using HoneTensor read = file.Read(entry.Name);
        using TorchTensor source = Convert(entry.Name, () => read.ToTorch());
        target.copy_(source);
    }

    private static T Convert<T>(string name, Func<T> convert)
    {
        try
        {
            return convert();
        }
        catch (NotSupportedException e)
        {
            throw new WeightFileException(name, e.Message);
        }
    }
}
