using Hone.Graphs;
using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Attention;

/// <summary>Scaled dot-product attention: <c>softmax(softcap(scale · Q · Kᵀ) + mask) · V</c>, per head, with an optional cache of keys and values.</summary>
/// <remarks>
/// ONNX operator <c>Attention</c>, opset 23 (24 adds nonpad_kv_seqlen). Inputs Q <c>[B, Hq, L, D]</c>, K <c>[B, Hkv, S, D]</c>, V <c>[B, Hkv, S, Dv]</c>, or with
/// the heads in the last axis <c>[B, L, Hq · D]</c> and so on; optional attn_mask, which broadcasts to <c>[B, Hq, L, past + S]</c> (bool: true
/// takes part; else added; missing columns do not take part), past_key, past_value <c>[B, Hkv, past, ..]</c>, nonpad_kv_seqlen int64 <c>[B]</c>. Outputs Y as Q
/// with Dv, and optionally present_key, present_value, qk_matmul_output <c>[B, Hq, L, past + S]</c>. Query head h uses key head <c>h · Hkv / Hq</c>.
/// Attributes <c>is_causal</c> (0), <c>kv_num_heads</c>, <c>q_num_heads</c>, <c>qk_matmul_output_mode</c> (0: scores, 1: after softcap, 2: after the
/// mask, 3: after softmax), <c>scale</c> (1 / √D), <c>softcap</c> (0: none). Computes in float64, whatever <c>softmax_precision</c> says. A
/// query that may see no key gives NaN.
/// </remarks>
internal sealed class Attention : Operator
{
    public override string Name => "Attention";

    public override int SinceVersion => 23;

    public override (int Minimum, int Maximum) InputCount => (3, 7);

    public override (int Minimum, int Maximum) OutputCount => (1, 4);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        foreach (int input in new[] { 0, 1, 2, 4, 5 })
            node.RequireFloat($"input {input}", context.DataType(input));
        node.RequireType("nonpad_kv_seqlen", context.DataType(6), DataType.Int64);
        AttentionShapes? shapes = AttentionShapes.Infer(node, [.. Enumerable.Range(0, 7).Select(context.Shape)]);
        context.SetOutput(0, context.DataType(0), shapes?.Output);
        context.SetOutput(1, context.DataType(1), shapes?.PresentKey);
        context.SetOutput(2, context.DataType(2), shapes?.PresentValue);
        context.SetOutput(3, context.DataType(0), shapes?.Scores);
    }

    public override void Evaluate(EvaluationContext context)
    {
        Node node = context.Node;
        (Tensor q, Tensor k, Tensor v) = (context.Input(0), context.Input(1), context.Input(2));
        SymbolicShape?[] inputShapes = [.. Enumerable.Range(0, 7).Select(i => context.OptionalInput(i) is { } tensor ? new SymbolicShape(tensor.Shape) : null)];
        AttentionShapes shapes = AttentionShapes.Infer(node, inputShapes)!;
        TensorShape outputShape = node.Concrete(shapes.Output, DataType.Float64);
        TensorShape scoresShape = node.Concrete(shapes.Scores, DataType.Float64);
        (int batches, int queries, int keys) = ((int)shapes.Batch.Value, (int)shapes.Queries.Value, (int)shapes.Keys.Value);
        (int queryHeads, int keyHeads) = ((int)shapes.QueryHeads.Value, (int)shapes.KeyHeads.Value);
        HeadMatrices query = new(q, queryHeads);
        HeadMatrices key = Present(node, context.OptionalInput(4), k, shapes.PresentKey, keyHeads, out double[] presentKey);
        HeadMatrices value = Present(node, context.OptionalInput(5), v, shapes.PresentValue, keyHeads, out double[] presentValue);
        AttentionMask mask = new(context, queries, keys, (int)shapes.PastKeys.Value);

        double[] output = new double[outputShape.ElementCount];
        double[] shownScores = new double[scoresShape.ElementCount];
        HeadMatrices outputHeads = new(output, outputShape, queryHeads);
        for (int batch = 0; batch < batches; batch++)
        {
            for (int head = 0; head < queryHeads; head++)
            {
                Span<double> shown = shownScores.AsSpan((batch * queryHeads + head) * queries * keys, queries * keys);
                double[] weights = Weights(node, query, key, mask, batch, head, shown);
                Combine(weights, value, batch, head / (queryHeads / keyHeads), outputHeads, head);
            }
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(output, q.DataType, outputShape));
        if (context.WantsOutput(1))
            context.SetOutput(1, TensorConversion.Narrow<double>(presentKey, k.DataType, shapes.PresentKey.ToTensorShape()!));
        if (context.WantsOutput(2))
            context.SetOutput(2, TensorConversion.Narrow<double>(presentValue, v.DataType, shapes.PresentValue.ToTensorShape()!));
        if (context.WantsOutput(3))
            context.SetOutput(3, TensorConversion.Narrow<double>(shownScores, q.DataType, scoresShape));
    }

    /// <summary>The past followed by the new rows, of every head.</summary>
    private static HeadMatrices Present(Node node, Tensor? past, Tensor added, SymbolicShape presentShape, int heads, out double[] values)
    {
        TensorShape shape = node.Concrete(presentShape, DataType.Float64);
        values = new double[shape.ElementCount];
        HeadMatrices present = new(values, shape, heads);
        HeadMatrices rows = new(added, heads);
        HeadMatrices? before = past is null ? null : new HeadMatrices(past, heads);
        int pastLength = before?.Length ?? 0;
        for (int batch = 0; batch < (int)shape[0]; batch++)
        {
            for (int head = 0; head < heads; head++)
            {
                for (int row = 0; row < present.Length; row++)
                {
                    Span<double> source = row < pastLength ? before!.Row(batch, head, row) : rows.Row(batch, head, row - pastLength);
                    source.CopyTo(present.Row(batch, head, row));
                }
            }
        }

        return present;
    }

    /// <summary>The share <c>[queries, keys]</c> of each value in each query's result.</summary>
    private static double[] Weights(Node node, HeadMatrices query, HeadMatrices key, AttentionMask mask, int batch, int head, Span<double> shown)
    {
        long mode = node.Attributes.GetInt("qk_matmul_output_mode", 0);
        double softcap = node.Attributes.GetFloat("softcap", 0);
        double scale = node.Attributes.Contains("scale") ? node.Attributes.GetFloat("scale", 1) : 1 / Math.Sqrt(query.Size);
        double[] queries = new double[query.Length * query.Size];
        query.CopyTo(batch, head, queries);
        double[] keys = new double[key.Length * key.Size];
        key.CopyTo(batch, head / (query.Heads / key.Heads), keys);
        double[] scores = new double[query.Length * key.Length];
        MatrixProduct.Add(queries, MatrixProduct.Transpose<double>(keys, key.Length, key.Size), scores, query.Length, key.Size, key.Length);

        for (int i = 0; i < scores.Length; i++)
            scores[i] *= scale;
        if (mode == 0)
            scores.CopyTo(shown);
        for (int i = 0; i < scores.Length && softcap > 0; i++)
            scores[i] = softcap * Math.Tanh(scores[i] / softcap);
        if (mode == 1)
            scores.CopyTo(shown);
        for (int i = 0; i < scores.Length; i++)
            scores[i] += mask.At(batch, head, i / key.Length, i % key.Length);
        if (mode == 2)
            scores.CopyTo(shown);
        for (int row = 0; row < query.Length; row++)
            Softmax(scores.AsSpan(row * key.Length, key.Length));
        if (mode == 3)
            scores.CopyTo(shown);
        return scores;
    }

    private static void Softmax(Span<double> row)
    {
        double largest = double.NegativeInfinity;
        foreach (double value in row)
            largest = Math.Max(largest, value);
        double sum = 0;
        for (int i = 0; i < row.Length; i++)
            sum += row[i] = Math.Exp(row[i] - largest);
        for (int i = 0; i < row.Length; i++)
            row[i] /= sum;
    }

    private static void Combine(double[] weights, HeadMatrices value, int batch, int valueHead, HeadMatrices output, int outputHead)
    {
        double[] values = new double[value.Length * value.Size];
        value.CopyTo(batch, valueHead, values);
        for (int row = 0; row < output.Length; row++)
            MatrixProduct.Add(weights.AsSpan(row * value.Length, value.Length), values, output.Row(batch, outputHead, row), 1, value.Length, value.Size);
    }
}
