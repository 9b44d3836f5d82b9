using Hone.Onnx;
using Hone.Tensors;
using Microsoft.ML.OnnxRuntime;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Hone.TestKit;

/// <summary>Runs a model in ONNX Runtime, the oracle of exported files. Single-threaded.</summary>
public sealed class OnnxRuntimeSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();

    /// <summary>Loads a file.</summary>
    /// <param name="file">Content of the file.</param>
    /// <param name="optimizes">False runs the nodes one by one as they are written, without fused integer kernels.</param>
    public OnnxRuntimeSession(byte[] file, bool optimizes = true)
    {
        using SessionOptions options = Options(optimizes);
        _session = new InferenceSession(file, options);
    }

    /// <summary>Loads a file, and the external data beside it.</summary>
    /// <param name="path">Of the model.</param>
    /// <param name="optimizes">False runs the nodes one by one as they are written, without fused integer kernels.</param>
    public OnnxRuntimeSession(string path, bool optimizes = true)
    {
        using SessionOptions options = Options(optimizes);
        _session = new InferenceSession(path, options);
    }

    /// <summary>Exports a model and loads the file.</summary>
    public static OnnxRuntimeSession Of(Model model, OnnxWriteOptions? options = null, bool optimizes = true)
    {
        using MemoryStream stream = new();
        OnnxWriter.Save(model, stream, options);
        return new OnnxRuntimeSession(stream.ToArray(), optimizes);
    }

    /// <summary>Runs the model once.</summary>
    /// <returns>The outputs in the order of the model; the caller disposes them.</returns>
    public unsafe IReadOnlyList<Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        string[] names = [.. inputs.Keys];
        OrtValue[] values = [.. names.Select(n => ToOrtValue(inputs[n]))];
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_runOptions, names, values, _session.OutputNames);
            return [.. outputs.Select(ToTensor)];
        }
        finally
        {
            Array.ForEach(values, v => v.Dispose());
            GC.KeepAlive(inputs);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static SessionOptions Options(bool optimizes) => new()
    {
        GraphOptimizationLevel = optimizes ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
        IntraOpNumThreads = 1,
        InterOpNumThreads = 1,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

    private static OrtValue ToOrtValue(Tensor tensor)
    {
        if (tensor.DataType != DataType.String)
        {
            return OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, (TensorElementType)tensor.DataType, tensor.Shape.ToArray(), tensor.Pointer, tensor.ByteCount);
        }

        OrtValue value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, tensor.Shape.ToArray());
        for (int i = 0; i < tensor.Strings.Length; i++)
            value.StringTensorSetElementAt(tensor.Strings[i], i);
        return value;
    }

    private static Tensor ToTensor(OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        TensorShape shape = new(info.Shape);
        return info.ElementDataType == TensorElementType.String
            ? Tensor.Create(value.GetStringTensorAsArray(), shape)
            : Tensor.FromBytes((DataType)info.ElementDataType, shape, value.GetTensorMutableRawData());
    }
}
