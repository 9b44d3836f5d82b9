using Hone.Bench.Engines;
using Hone.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Hone.Bench.Decoders;

/// <summary>One step of a decoder in ONNX Runtime, inputs and outputs bound.</summary>
internal sealed class OnnxRuntimeDecoderEngine : IBenchEngine
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _logits;

    internal OnnxRuntimeDecoderEngine(string path, long tokens, long past, int threads)
    {
        using SessionOptions options = new() { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL, IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        _session = new InferenceSession(path, options);
        OrtValue[] inputs = [.. DecoderFeeds.Of(Model.Load(path).Graph, tokens, past).OrderBy(f => IndexOf(f.Key)).Select(f => ValueOf(f.Value))];
        using IDisposableReadOnlyCollection<OrtValue> first = _session.Run(_runOptions, _session.InputNames, inputs, _session.OutputNames);
        OrtValue[] outputs = [.. first.Select(o =>
            OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, o.GetTensorTypeAndShape().Shape))];
        _binding = _session.CreateIoBinding();
        for (int i = 0; i < inputs.Length; i++)
            _binding.BindInput(_session.InputNames[i], inputs[i]);
        for (int i = 0; i < outputs.Length; i++)
            _binding.BindOutput(_session.OutputNames[i], outputs[i]);
        _logits = outputs[_session.OutputNames.ToList().IndexOf("logits")];
    }

    public void Run() => _session.RunWithBinding(_runOptions, _binding);

    public float[] Output() => _logits.GetTensorDataAsSpan<float>().ToArray();

    public void Dispose()
    {
        _binding.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private int IndexOf(string name) => _session.InputNames.ToList().IndexOf(name);

    private static OrtValue ValueOf(Tensor tensor)
    {
        long[] shape = [.. tensor.Shape.Dimensions];
        return tensor.DataType == DataType.Float32
            ? OrtValue.CreateTensorValueFromMemory(tensor.ToSingleArray(), shape)
            : OrtValue.CreateTensorValueFromMemory(tensor.AsSpan<long>().ToArray(), shape);
    }
}
