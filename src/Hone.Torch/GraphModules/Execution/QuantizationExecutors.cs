using Hone.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Hone.Torch.GraphModules.Execution;

/// <summary>Quantization as the graph writes it. No gradient passes the rounding; for training there is <see cref="Qat.QatModule"/>.</summary>
internal static class QuantizationExecutors
{
    internal static IReadOnlyDictionary<string, NodeExecutor> Table { get; } = new Dictionary<string, NodeExecutor>
    {
        ["DequantizeLinear"] = Dequantize,
        ["QuantizeLinear"] = Quantize,
    };

    private static Tensor[] Quantize(NodeCall call)
    {
        Tensor x = call.Input(0);
        Tensor? zero = call.OptionalInput(2);
        ScalarType type = zero?.dtype ?? ((DataType)call.Attributes.GetInt("output_dtype", (long)DataType.UInt8)).ToTorch();
        (double lowest, double highest) = type switch
        {
            ScalarType.Byte => (0, 255),
            ScalarType.Int8 => (-128, 127),
            ScalarType.Int16 => (-32768, 32767),
            _ => throw call.Error($"quantization to {type} cannot be executed on libtorch."),
        };
        Tensor codes = (x / Along(call, call.Input(1), x)).round();
        if (zero is not null)
            codes += Along(call, zero, x).to(x.dtype);
        return [codes.clamp(lowest, highest).to(type)];
    }

    private static Tensor[] Dequantize(NodeCall call)
    {
        Tensor scale = call.Input(1);
        Tensor codes = call.Input(0);
        Tensor x = codes.to(scale.dtype);
        if (call.OptionalInput(2) is { } zero)
            x -= Along(call, zero, codes).to(scale.dtype);
        return [x * Along(call, scale, codes)];
    }

    /// <summary>A parameter of each channel, so that it broadcasts.</summary>
    private static Tensor Along(NodeCall call, Tensor parameter, Tensor x)
    {
        if (call.Attributes.GetInt("block_size", 0) != 0)
            throw call.Error("quantization in blocks cannot be executed on libtorch.");
        if (parameter.numel() == 1)
            return parameter.reshape([]);
        long axis = call.Attributes.GetInt("axis", 1);
        long[] shape = [.. Enumerable.Repeat(1L, (int)x.dim())];
        shape[axis < 0 ? axis + x.dim() : axis] = -1;
        return parameter.reshape(shape);
    }
}
