using Google.Protobuf;
using Hone.Files;
using Hone.Graphs;
using Hone.Onnx.Export;
using Hone.Onnx.Protobuf;

namespace Hone.Onnx;

/// <summary>Writes models as standard ONNX, in the lowest opset from 13 up that has everything the model uses.</summary>
public static class OnnxWriter
{
    /// <summary>Saves a model. The file appears, or is replaced, only when it is complete.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Of the <c>.onnx</c> file.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ModelFormatException">The graph breaks a law of graphs.</exception>
    /// <exception cref="HoneException">The file cannot be written.</exception>
    public static void Save(Model model, string path, OnnxWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= OnnxWriteOptions.Default;
        GraphChecker.Check(model.Graph);
        try
        {
            bool isExternal = options.UseExternalData || ModelExporter.NeedsExternalData(model.Graph);
            using AtomicFile? data = isExternal ? new AtomicFile(path + ".data") : null;
            using AtomicFile file = new(path);
            ExternalDataWriter? writer = data is null ? null : new(data.Stream, Path.GetFileName(data.Path), options.ExternalDataThreshold);
            ModelExporter.Export(model, options, writer).WriteTo(file.Stream);
            // The data first: a model without its data is of no use, data without a model does no harm.
            data?.Commit();
            file.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HoneException($"The model cannot be written to '{path}': {e.Message}", e);
        }
    }

    /// <summary>Writes a model to a stream, which stays open.</summary>
    /// <exception cref="ModelFormatException">The graph breaks a law of graphs.</exception>
    /// <exception cref="HoneException">The model needs a second file, because it is larger than 2 GB or the options ask for one.</exception>
    public static void Save(Model model, Stream stream, OnnxWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        options ??= OnnxWriteOptions.Default;
        if (options.UseExternalData || ModelExporter.NeedsExternalData(model.Graph))
            throw new HoneException("A model with external data, or of more than 2 GB, can only be saved under a path.");
        GraphChecker.Check(model.Graph);
        ModelProto proto = ModelExporter.Export(model, options, null);
        proto.WriteTo(stream);
    }
}
