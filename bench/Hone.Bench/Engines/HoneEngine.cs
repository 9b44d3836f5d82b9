using Hone.Runtime;
using Hone.Tensors;

namespace Hone.Bench.Engines;

/// <summary>Hone's runtime with input and output bound.</summary>
internal sealed class HoneEngine : IBenchEngine
{
    private readonly CompiledModel _model;
    private readonly Tensor _input;
    private readonly Session _session;

    internal HoneEngine(string path, float[] input, long[] inputShape, CompileOptions options)
    {
        _model = CompiledModel.Compile(Model.Load(path), options);
        _input = Tensor.Create(input, inputShape);
        _session = _model.CreateSession(new Dictionary<string, Tensor> { [_model.Inputs[0].Name] = _input });
    }

    public void Run() => _session.Run();

    public float[] Output() => _session.Outputs[0].ToSingleArray();

    public void Dispose()
    {
        _session.Dispose();
        _input.Dispose();
        _model.Dispose();
    }
}
