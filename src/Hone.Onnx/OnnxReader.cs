using Google.Protobuf;
using Hone.Onnx.Import;
using Hone.Onnx.Protobuf;

namespace Hone.Onnx;

/// <summary>Reads ONNX models of opset 7 and up; every node is upgraded to the meaning of the newest opset.</summary>
/// <remarks>
/// Older models can be read as far as their nodes have the form of opset 7 already.
/// Initializers become constants even where the file lists them as inputs too, <c>Constant</c> nodes become constants, functions of the model are
/// inlined, and sparse initializers become dense. Files are not trusted: whatever is wrong with one gives a <see cref="HoneException"/>.
/// </remarks>
public static class OnnxReader
{
    /// <summary>Bytes up to which a file is parsed from memory; a stream takes the parser several times as long, but holds a large model only once.</summary>
    private const long LargestFileInMemory = 256L << 20;

    /// <summary>Reads a model file, and the files of external data beside it.</summary>
    /// <param name="path">Of the <c>.onnx</c> file.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ModelFormatException">The file is not a valid ONNX model.</exception>
    /// <exception cref="UnsupportedOperatorException">The model needs what Hone lacks; everything that is missing is listed.</exception>
    /// <exception cref="HoneException">The file cannot be read.</exception>
    public static Model Load(string path, OnnxReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= OnnxReadOptions.Default;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            options = options with { ExternalDataDirectory = options.ExternalDataDirectory ?? Path.GetDirectoryName(Path.GetFullPath(path)) };
            return stream.Length <= LargestFileInMemory ? LoadAtOnce(stream, options) : Load(stream, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HoneException($"The model '{path}' cannot be read: {e.Message}", e);
        }
        catch (ModelFormatException e)
        {
            throw new ModelFormatException($"The model '{path}': {e.Message}", e);
        }
    }

    /// <summary>Reads a model from a stream, which stays open.</summary>
    /// <inheritdoc cref="Load(string, OnnxReadOptions)"/>
    public static Model Load(Stream stream, OnnxReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Import(() =>
        {
            using CodedInputStream input = new(stream, leaveOpen: true);
            return ModelProto.Parser.ParseFrom(input);
        }, options);
    }

    /// <summary>Reads a model from memory.</summary>
    /// <inheritdoc cref="Load(string, OnnxReadOptions)"/>
    public static Model Load(ReadOnlyMemory<byte> bytes, OnnxReadOptions? options = null) =>
        Import(() => ModelProto.Parser.ParseFrom(bytes.Span), options);

    private static Model LoadAtOnce(FileStream stream, OnnxReadOptions options)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)stream.Length);
        stream.ReadExactly(bytes);
        return Load(bytes, options);
    }

    private static Model Import(Func<ModelProto> parse, OnnxReadOptions? options)
    {
        ModelProto proto;
        try
        {
            proto = parse();
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new ModelFormatException($"This is not an ONNX model, or it is damaged: {e.Message}", e);
        }

        return ModelImporter.Import(proto, options ?? OnnxReadOptions.Default);
    }
}
