using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Attention;

/// <summary><c>RotaryEmbedding</c> of float32, the standard one and ONNX Runtime's; a transposition that only splits heads is taken along as strides.</summary>
internal static class RotaryEmbeddingLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        RotaryInputs inputs = RotaryInputs.Of(node);
        if (new[] { inputs.X, inputs.Cosine, inputs.Sine }.Any(v => v is not { DataType: DataType.Float32, Shape: not null }) || inputs.X.IsConstant || inputs.X.Shape!.Rank is not (3 or 4))
            return null;
        HeadSource source = HeadSource.Of(inputs.X);
        GroupBuilder group = new(context, node);
        group.Read(source.Value);
        group.Share(inputs.X);
        foreach (Value? other in new[] { inputs.Cosine, inputs.Sine, inputs.Positions })
        {
            if (other is { IsConstant: false } && other != source.Value)
                group.Read(other);
        }

        return source.Value.IsConstant ? null : new RotaryEmbeddingOperation(group.Build(), inputs, source);
    }
}
