using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Shapes;

/// <summary>Gathers blocks of the image into channels.</summary>
/// <remarks>
/// ONNX operator <c>SpaceToDepth</c>, opset 1 and up: input <c>[N, C, H, W]</c> of any type, output <c>[N, C * b², H / b, W / b]</c>. Attribute
/// blocksize b.
/// </remarks>
internal sealed class SpaceToDepth : BlockOperator
{
    public override string Name => "SpaceToDepth";

    protected override SymbolicShape OutputShape(InferenceContext context, SymbolicShape input, long block)
    {
        if (input.Skip(2).Any(d => d.IsFixed && d.Value % block != 0))
            throw context.Error($"the image {input} cannot be split into blocks of {block} x {block}.");
        return new(input[0], checked(block * block) * input[1], input[2] / block, input[3] / block);
    }

    protected override (long[] Axes, int[] Order) Split(EvaluationContext context, TensorShape input, long block) =>
        ([input[0], input[1], input[2] / block, block, input[3] / block, block], [0, 3, 5, 1, 2, 4]);

    protected override long[] Join(long[] axes) => [axes[0], axes[1] * axes[2] * axes[3], axes[4], axes[5]];
}
