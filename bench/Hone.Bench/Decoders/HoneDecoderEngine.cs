using Hone.Bench.Engines;
using Hone.Runtime;
using Hone.Tensors;

namespace Hone.Bench.Decoders;

/// <summary>One step of a decoder in Hone, inputs and outputs bound.</summary>
internal sealed class HoneDecoderEngine : IBenchEngine
{
    private readonly CompiledModel _model;
    private readonly Dictionary<string, Tensor> _feeds;
    private readonly Session _session;
    private readonly int _logits;

    internal HoneDecoderEngine(string path, long tokens, long past, int threads)
    {
        Model model = Model.Load(path);
        _feeds = DecoderFeeds.Of(model.Graph, tokens, past);
        _model = CompiledModel.Compile(model, new CompileOptions { Threads = threads });
        _session = _model.CreateSession(_feeds);
        _logits = _model.Outputs.ToList().FindIndex(o => o.Name == "logits");
    }

    public void Run() => _session.Run();

    public float[] Output() => _session.Outputs[_logits].ToSingleArray();

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
        foreach (Tensor tensor in _feeds.Values)
            tensor.Dispose();
    }
}
