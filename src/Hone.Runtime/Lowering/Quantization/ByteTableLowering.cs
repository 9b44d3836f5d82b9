using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime.Lowering.Elementwise;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary>
/// A chain of functions of one value between <c>DequantizeLinear</c> and <c>QuantizeLinear</c>, or nothing but a change of scale: a table of 256 codes,
/// made by reference evaluation of the very nodes.
/// </summary>
internal static class ByteTableLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (QuantizedSource.Of(node.Input(0)) is not { } source)
            return null;
        GroupBuilder group = new(context, node);
        group.Read(source);
        if (!IsEnd(node))
        {
            if (!TakeFunction(group, node, context))
                return null;
            while (group.Next is { } next && !IsEnd(next))
            {
                if (next.Input(0) != group.Output || !TakeFunction(group, next, context))
                    return null;
                group.Extend(next);
            }

            if (group.Next is null)
                return null;
            group.Extend(group.Next);
        }

        NodeGroup built = group.Build();
        return new ByteTableOperation(built, TableOf(built, source.Codes));
    }

    private static bool IsEnd(Node node) => QuantizationParameters.OfQuantize(node) is not null;

    private static bool TakeFunction(GroupBuilder group, Node node, LoweringContext context)
    {
        if (Activations.Of(node, context) is null)
            return false;
        for (int i = 1; i < node.Inputs.Count; i++)
            group.Share(node.Inputs[i]);
        return true;
    }

    private static byte[] TableOf(NodeGroup group, Value codes)
    {
        byte[] all = new byte[256];
        for (int i = 0; i < all.Length; i++)
            all[i] = (byte)i;
        EvaluationScope scope = new();
        scope.Set(codes, Tensor.FromBytes(codes.DataType, new TensorShape(256), all));
        foreach (Node node in group.Nodes)
            GraphEvaluation.EvaluateNode(node, scope);
        return scope.Find(group.Outputs[0])!.Bytes.ToArray();
    }
}
