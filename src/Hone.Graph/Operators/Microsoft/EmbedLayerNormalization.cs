using Hone.Graphs;
using Hone.Operators.Normalization;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>The layer-normalised sum of word, position and segment embeddings.</summary>
/// <remarks>
/// ONNX Runtime operator <c>com.microsoft.EmbedLayerNormalization</c>, version 1. Inputs input_ids int32 <c>[B, S]</c>, optional segment_ids int32
/// <c>[B, S]</c>, word_embedding <c>[words, D]</c>, position_embedding <c>[positions, D]</c>, optional segment_embedding <c>[segments, D]</c>, gamma
/// <c>[D]</c>, beta <c>[D]</c>, optional mask int32 <c>[B, S]</c>, position_ids int32 <c>[B, S]</c> or <c>[1, S]</c>. Outputs <c>[B, S, D]</c>, optional mask_index
/// int32 <c>[B]</c>, the number of ones of the mask (0 without), and embedding_sum <c>[B, S, D]</c>. Attribute <c>epsilon</c> (1e-12). Computes in float64.
/// </remarks>
internal sealed class EmbedLayerNormalization : MicrosoftOperator
{
    public override string Name => "EmbedLayerNormalization";

    public override (int Minimum, int Maximum) InputCount => (7, 9);

    public override (int Minimum, int Maximum) OutputCount => (1, 3);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        foreach (int input in new[] { 0, 1, 7, 8 })
            node.RequireType($"input {input}", context.DataType(input), DataType.Int32);
        node.RequireFloat("word_embedding", context.DataType(2));
        DataType type = context.CommonDataType(2, 3, 4, 5, 6);
        SymbolicShape? output = InferShape(node, [.. Enumerable.Range(0, 9).Select(context.Shape)]);
        context.SetOutput(0, type, output);
        context.SetOutput(1, DataType.Int32, output is null ? null : new SymbolicShape(output[0]));
        context.SetOutput(2, type, output);
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor words) = (context.Node, context.Input(2));
        SymbolicShape inferred = InferShape(node, [.. Enumerable.Range(0, 9).Select(i => context.OptionalInput(i) is { } t ? new SymbolicShape(t.Shape) : null)])!;
        TensorShape shape = node.Concrete(inferred, DataType.Float64);
        (int batch, int length, int size) = ((int)shape[0], (int)shape[1], (int)shape[2]);
        int[] positions = new int[batch * length];
        for (int i = 0; i < positions.Length; i++)
            positions[i] = context.OptionalInput(8) is { } ids ? ids.AsSpan<int>()[i % (int)ids.ElementCount] : i % length;

        double[] sums = new double[shape.ElementCount];
        AddRows(node, sums, size, words, context.Input(0).AsSpan<int>());
        AddRows(node, sums, size, context.Input(3), positions);
        if (context.OptionalInput(4) is { } segments)
            AddRows(node, sums, size, segments, context.OptionalInput(1) is { } s ? s.AsSpan<int>() : new int[positions.Length]);
        if (context.WantsOutput(2))
            context.SetOutput(2, TensorConversion.Narrow<double>(sums, words.DataType, shape));
        for (int start = 0; start < sums.Length; start += size)
            Moments.Normalize(sums.AsSpan(start, size), node.Attributes.GetFloat("epsilon", 1e-12f));
        LastAxes.Scale(sums, shape, context.Input(5), context.Input(6));
        context.SetOutput(0, TensorConversion.Narrow<double>(sums, words.DataType, shape));
        if (context.WantsOutput(1))
            context.SetOutput(1, Tensor.Create(MaskLengths(context.OptionalInput(7), batch, length), batch));
    }

    private static void AddRows(Node node, Span<double> sums, int size, Tensor table, ReadOnlySpan<int> rows)
    {
        ReadOnlySpan<double> values = TensorConversion.Widen<double>(table);
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i] < 0 || rows[i] >= table.Shape[0])
                throw node.Error($"the id {rows[i]} does not lie in the table {table}.");
            for (int j = 0; j < size; j++)
                sums[i * size + j] += values[rows[i] * size + j];
        }
    }

    private static int[] MaskLengths(Tensor? mask, int batch, int length)
    {
        int[] counts = new int[batch];
        for (int i = 0; i < batch * length && mask is not null; i++)
            counts[i / length] += mask.AsSpan<int>()[i] == 1 ? 1 : 0;
        return counts;
    }

    private static SymbolicShape? InferShape(Node node, SymbolicShape?[] inputs)
    {
        node.RequireRank("input_ids", inputs[0], 2, 2);
        node.RequireRank("word_embedding", inputs[2], 2, 2);
        if (inputs[0] is not { } ids || inputs[2] is not { } words)
            return null;
        Dimension size = words[1];
        node.RequireShape("segment_ids", inputs[1], ids.Dimensions);
        node.RequireShape("position_embedding", inputs[3], Dimension.Unknown, size);
        node.RequireShape("segment_embedding", inputs[4], Dimension.Unknown, size);
        node.RequireShape("gamma", inputs[5], size);
        node.RequireShape("beta", inputs[6], size);
        node.RequireShape("mask", inputs[7], ids.Dimensions);
        node.RequireShape("position_ids", inputs[8], inputs[8] is { Rank: 2 } given && given[0] == 1 ? 1 : ids[0], ids[1]);
        return new SymbolicShape(ids[0], ids[1], size);
    }
}
