using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Quantization.Algorithms;

/// <summary>A convolution or matrix product seen by its output channels and by its input channels.</summary>
internal readonly struct EqualizedLayer
{
    private readonly Node _node;
    private readonly Tensor _weight;
    private readonly int _outputAxis;
    private readonly int _inputAxis;

    internal EqualizedLayer(Node node)
    {
        _node = node;
        _weight = node.Inputs[1]!.Constant!;
        bool isRowPerOutput = node.Is("Conv") || node.Attributes.GetBool("transB");
        _outputAxis = isRowPerOutput ? 0 : 1;

        // Each output channel of a depthwise convolution reads the one input channel of its own number.
        bool isDepthwise = node.Is("Conv") && node.Attributes.GetInt("group", 1) > 1;
        _inputAxis = isDepthwise ? 0 : 1 - _outputAxis;
    }

    internal int OutputChannels => (int)_weight.Shape[_outputAxis];

    internal int InputChannels => (int)_weight.Shape[_inputAxis];

    /// <summary>Whether the node's weights may be scaled: constants that nobody else reads, one group or depthwise.</summary>
    internal static bool IsLayer(Node node)
    {
        if (!(node.Is("Conv") || node.Is("Gemm")) || !IsOwnConstant(node.Input(1)))
            return false;
        if (node.Input(2) is { } bias && (!IsOwnConstant(bias) || bias.Shape!.Rank != 1))
            return false;
        if (node.Is("Gemm"))
            return !node.Attributes.GetBool("transA") && node.Attributes.GetFloat("alpha", 1) == 1 && node.Attributes.GetFloat("beta", 1) == 1;
        long groups = node.Attributes.GetInt("group", 1);
        TensorShape shape = node.Input(1)!.Constant!.Shape;
        return groups == 1 || (groups == shape[0] && shape[1] == 1);
    }

    internal float[] OutputMagnitudes() => Magnitudes(_outputAxis);

    internal float[] InputMagnitudes() => Magnitudes(_inputAxis);

    internal void DivideOutputs(GraphPatch patch, float[] factors)
    {
        float[] inverse = Array.ConvertAll(factors, f => 1 / f);
        patch.ReplaceConstant(_node.Inputs[1]!, Scaled(_weight, _outputAxis, inverse));
        if (_node.Input(2) is { } bias)
            patch.ReplaceConstant(bias, Scaled(bias.Constant!, 0, inverse));
    }

    internal void MultiplyInputs(GraphPatch patch, float[] factors) => patch.ReplaceConstant(_node.Inputs[1]!, Scaled(_weight, _inputAxis, factors));

    private static bool IsOwnConstant(Value? value) => value is { IsConstant: true, DataType: DataType.Float32, Consumers.Count: 1 };

    private static Tensor Scaled(Tensor tensor, int axis, float[] factors)
    {
        Tensor result = tensor.Clone();
        ChannelIndex channels = new(tensor.Shape, axis);
        Span<float> elements = result.AsSpan<float>();
        for (int i = 0; i < elements.Length; i++)
            elements[i] *= factors[channels.Of(i)];
        return result;
    }

    private float[] Magnitudes(int axis)
    {
        float[] result = new float[_weight.Shape[axis]];
        ChannelIndex channels = new(_weight.Shape, axis);
        ReadOnlySpan<float> elements = _weight.AsSpan<float>();
        for (int i = 0; i < elements.Length; i++)
        {
            ref float largest = ref result[channels.Of(i)];
            largest = MathF.Max(largest, MathF.Abs(elements[i]));
        }

        return result;
    }
}
