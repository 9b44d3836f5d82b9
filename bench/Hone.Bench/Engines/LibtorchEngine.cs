using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Bench.Engines;

/// <summary>libtorch through TorchSharp: a TorchScript module in inference mode, on a default or a channels-last input.</summary>
internal sealed class LibtorchEngine : IBenchEngine
{
    private readonly jit.ScriptModule<Tensor, Tensor> _module;
    private readonly Tensor _input;
    private readonly IDisposable _mode;
    private Tensor? _output;

    internal LibtorchEngine(string path, float[] input, long[] inputShape, int threads, bool channelsLast)
    {
        set_num_threads(threads);
        _mode = inference_mode();
        _module = jit.load<Tensor, Tensor>(path);
        _module.eval();
        if (channelsLast)
        {
            // TorchSharp has no memory_format; strides decide, and libtorch's convolutions follow the weight's and the input's.
            foreach (Tensor parameter in _module.parameters().Where(p => p.dim() == 4))
                parameter.set_(ChannelsLast(parameter));
        }

        Tensor tensor = torch.tensor(input, inputShape);
        _input = channelsLast ? ChannelsLast(tensor) : tensor;
    }

    public void Run()
    {
        _output?.Dispose();
        _output = _module.call(_input);
    }

    public float[] Output()
    {
        Run();
        using Tensor output = _output!.to(ScalarType.Float32).contiguous();
        return output.data<float>().ToArray();
    }

    public void Dispose()
    {
        _output?.Dispose();
        _input.Dispose();
        _module.Dispose();
        _mode.Dispose();
    }

    private static Tensor ChannelsLast(Tensor tensor) => tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
