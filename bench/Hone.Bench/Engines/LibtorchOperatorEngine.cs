using Hone.Graphs;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Bench.Engines;

/// <summary>One operator of an ONNX file by libtorch's own function, on a default or a channels-last input.</summary>
internal sealed class LibtorchOperatorEngine : IBenchEngine
{
    private readonly IDisposable _mode;
    private readonly Func<Tensor, Tensor> _function;
    private readonly Tensor _input;
    private readonly bool _channelsLast;
    private Tensor? _output;

    internal LibtorchOperatorEngine(string path, float[] input, long[] inputShape, int threads, bool channelsLast)
    {
        set_num_threads(threads);
        _mode = inference_mode();
        _channelsLast = channelsLast;
        _input = Lay(torch.tensor(input, inputShape));
        _function = FunctionOf(Model.Load(path).Graph.Nodes.Single());
    }

    public void Run()
    {
        _output?.Dispose();
        _output = _function(_input);
    }

    public float[] Output()
    {
        Run();
        return _output!.contiguous().data<float>().ToArray();
    }

    public void Dispose()
    {
        _output?.Dispose();
        _input.Dispose();
        _mode.Dispose();
    }

    private Func<Tensor, Tensor> FunctionOf(Node node)
    {
        Tensor[] weights = [.. node.Inputs.Skip(1).Where(i => i!.DataType == Hone.Tensors.DataType.Float32).Select(i => Lay(torch.tensor(i!.Constant!.ToSingleArray(), [.. i.Constant.Shape])))];
        switch (node.Operator.Name)
        {
            case "MatMul": return x => x.matmul(weights[0]);
            case "Add": return x => x + weights[0];
            case "Relu": return x => x.relu();
            case "Sigmoid": return x => x.sigmoid();
            case "Tanh": return x => x.tanh();
            case "Gelu": return nn.functional.gelu;
            case "Softmax": return x => x.softmax(-1);
            case "LayerNormalization": return x => nn.functional.layer_norm(x, [x.shape[^1]], weights[0], weights[1], 1e-5);
            case "MaxPool": return x => nn.functional.max_pool2d(x, 3, 2, 1);
            case "ReduceMean": return x => x.mean([1], keepdim: true);
            case "Transpose":
                long[] order = node.Attributes.GetInts("perm")!;
                return x => x.permute(order).contiguous();
            case "Conv":
                long[] strides = node.Attributes.GetInts("strides")!, pads = node.Attributes.GetInts("pads")!;
                long groups = node.Attributes.GetInt("group", 1);
                return x => nn.functional.conv2d(x, weights[0], weights[1], strides, pads[..2], groups: groups);
            default: throw new NotSupportedException($"The bench has no libtorch function for {node.Operator}.");
        }
    }

    private Tensor Lay(Tensor tensor) => _channelsLast && tensor.dim() == 4 ? tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : tensor;
}
