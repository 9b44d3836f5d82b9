using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Spreads blocks of channels over the image (PyTorch's pixel shuffle is mode CRD).</summary>
/// <remarks>
/// ONNX operator <c>DepthToSpace</c>, opset 11 and up: input <c>[N, C, H, W]</c> of any type, output <c>[N, C / b², H * b, W * b]</c>.
/// Attributes blocksize b and mode: <c>DCR</c> (default: the block is the outer part of the channels) or <c>CRD</c> (the inner part).
/// </remarks>
internal sealed class DepthToSpace : BlockOperator
{
    public override string Name => "DepthToSpace";

    public override int SinceVersion => 11;

    protected override SymbolicShape OutputShape(InferenceContext context, SymbolicShape input, long block)
    {
        if (input[1].IsFixed && input[1].Value % checked(block * block) != 0)
            throw context.Error($"the channels of {input} cannot be split into blocks of {block} x {block}.");
        return new(input[0], input[1] / (block * block), block * input[2], block * input[3]);
    }

    protected override (long[] Axes, int[] Order) Split(EvaluationContext context, TensorShape input, long block)
    {
        long channels = input[1] / checked(block * block);
        string mode = context.Attributes.GetString("mode", "DCR");
        return mode switch
        {
            "DCR" => ([input[0], block, block, channels, input[2], input[3]], [0, 3, 4, 1, 5, 2]),
            "CRD" => ([input[0], channels, block, block, input[2], input[3]], [0, 1, 4, 2, 5, 3]),
            _ => throw context.Error($"the mode is '{mode}', expected DCR or CRD."),
        };
    }

    protected override long[] Join(long[] axes) => [axes[0], axes[1], axes[2] * axes[3], axes[4] * axes[5]];
}
