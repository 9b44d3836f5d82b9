using Microsoft.ML.OnnxRuntime;

namespace Hone.Bench.Engines;

/// <summary>ONNX Runtime with all optimizations and preallocated input and output.</summary>
internal sealed class OnnxRuntimeEngine : IBenchEngine
{
    private readonly SessionOptions _options;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _input;
    private readonly OrtValue _output;

    internal OnnxRuntimeEngine(string path, float[] input, long[] inputShape, int threads)
    {
        _options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
        };
        _session = new InferenceSession(path, _options);
        _input = OrtValue.CreateTensorValueFromMemory(input, inputShape);
        string outputName = _session.OutputNames[0];
        _output = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, OutputShape(_session, outputName));
        _binding = _session.CreateIoBinding();
        _binding.BindInput(_session.InputNames[0], _input);
        _binding.BindOutput(outputName, _output);
    }

    /// <summary>As the model says, or where that depends on the input, as a run has it.</summary>
    private long[] OutputShape(InferenceSession session, string name)
    {
        int[] declared = session.OutputMetadata[name].Dimensions;
        if (declared.All(d => d > 0))
            return Array.ConvertAll(declared, d => (long)d);
        using IDisposableReadOnlyCollection<OrtValue> first = session.Run(_runOptions, [session.InputNames[0]], [_input], [name]);
        return first[0].GetTensorTypeAndShape().Shape;
    }

    public void Run() => _session.RunWithBinding(_runOptions, _binding);

    public float[] Output() => _output.GetTensorDataAsSpan<float>().ToArray();

    public void Dispose()
    {
        _binding.Dispose();
        _output.Dispose();
        _input.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
        _options.Dispose();
    }
}
