using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Generation.Checkpoints;

/// <summary>Builds the graph of a Llama decoder: RMSNorm, rotary embedding of neighbours, grouped-query attention, SwiGLU.</summary>
internal sealed class Llama2Graph(Llama2Header header, Llama2Weights weights)
{
    private const float Epsilon = 1e-5f;
    private const double RotaryBase = 10_000;

    private static readonly Dimension Batch = Dimension.Symbolic("batch");
    private static readonly Dimension Tokens = Dimension.Symbolic("tokens");
    private static readonly Dimension Past = Dimension.Symbolic("past");

    private readonly GraphBuilder _builder = new("llama2");

    internal Graph Build()
    {
        Value ids = _builder.Input("input_ids", DataType.Int64, new SymbolicShape(Batch, Tokens));
        Value mask = _builder.Input("attention_mask", DataType.Int64, new SymbolicShape(Batch, Dimension.Symbolic("total")));
        Value positions = _builder.Input("position_ids", DataType.Int64, new SymbolicShape(Batch, Tokens));
        Value visible = VisibleKeys(ids, mask);
        (Value cosine, Value sine) = RotaryTables();
        Value x = _builder.Node("Gather", [_builder.Constant("embedding", weights.Embedding), ids]);
        List<(Value Key, Value Value)> present = [];
        for (int layer = 0; layer < header.Layers; layer++)
        {
            Value normalized = Normalize(x, $"layers.{layer}.attention_norm", weights.AttentionNorm[layer]);
            Value query = Rotate(Linear(normalized, $"layers.{layer}.query", weights.Query[layer]), header.Heads);
            Value key = Rotate(Linear(normalized, $"layers.{layer}.key", weights.Key[layer]), header.KeyHeads);
            Value value = Heads(Linear(normalized, $"layers.{layer}.value", weights.Value[layer]), header.KeyHeads);
            Value attended = Attend(layer, query, key, value);
            x = _builder.Node("Add", [x, Linear(attended, $"layers.{layer}.attention_output", weights.AttentionOutput[layer])]);
            normalized = Normalize(x, $"layers.{layer}.feed_forward_norm", weights.FeedForwardNorm[layer]);
            Value gate = Linear(normalized, $"layers.{layer}.gate", weights.Gate[layer]);
            Value gated = _builder.Node("Mul", [gate, _builder.Node("Sigmoid", [gate])]);
            gated = _builder.Node("Mul", [gated, Linear(normalized, $"layers.{layer}.up", weights.Up[layer])]);
            x = _builder.Node("Add", [x, Linear(gated, $"layers.{layer}.down", weights.Down[layer])]);
        }

        _builder.Output(Linear(Normalize(x, "norm", weights.Norm), "output", weights.Output), "logits");
        foreach ((Value key, Value value) in present)
        {
            _builder.Output(key);
            _builder.Output(value);
        }

        return _builder.Build();

        Value Rotate(Value heads, int count) => _builder.Node("RotaryEmbedding", [Heads(heads, count), cosine, sine, positions], AttributeMap.Of(("interleaved", 1L)));

        Value Attend(int layer, Value query, Value key, Value value)
        {
            SymbolicShape shape = new(Batch, header.KeyHeads, Past, header.HeadWidth);
            Value pastKey = _builder.Input($"past_key_values.{layer}.key", DataType.Float32, shape);
            Value pastValue = _builder.Input($"past_key_values.{layer}.value", DataType.Float32, shape);
            AttributeMap alongPositions = AttributeMap.Of(("axis", 2L));
            Value allKeys = _builder.Node("Concat", [pastKey, key], alongPositions, $"present.{layer}.key");
            Value allValues = _builder.Node("Concat", [pastValue, value], alongPositions, $"present.{layer}.value");
            present.Add((allKeys, allValues));

            // The cache is joined outside, because engines know attention without a cache best.
            Value attended = _builder.Node("Attention", [query, allKeys, allValues, visible]);
            Value merged = _builder.Node("Transpose", [attended], AttributeMap.Of(("perm", new long[] { 0, 2, 1, 3 })));
            return _builder.Node("Reshape", [merged, Shape(0, 0, header.Width)]);
        }
    }

    /// <summary>Which keys a query sees, <c>[batch, 1, tokens, total]</c>: those that the mask admits and that are not in its future.</summary>
    private Value VisibleKeys(Value ids, Value mask)
    {
        Value axis = _builder.Constant("axis_one", Tensor.Scalar(1L)), zero = _builder.Constant("zero", Tensor.Scalar(0L));
        Value total = Length(mask), tokens = Length(ids);
        Value keys = _builder.Node("Range", [zero, total, axis]);
        Value queries = _builder.Node("Range", [_builder.Node("Sub", [total, tokens]), total, axis]);
        Value causal = _builder.Node("LessOrEqual", [keys, _builder.Node("Unsqueeze", [queries, Shape(1)])]);
        Value admitted = _builder.Node("Unsqueeze", [_builder.Node("Greater", [mask, zero]), Shape(1, 2)]);
        return _builder.Node("And", [admitted, causal]);

        Value Length(Value value) => _builder.Node("Gather", [_builder.Node("Shape", [value]), axis]);
    }

    private (Value Cosine, Value Sine) RotaryTables()
    {
        int half = header.HeadWidth / 2;
        float[] cosine = new float[header.Context * half], sine = new float[header.Context * half];
        for (int position = 0; position < header.Context; position++)
        {
            for (int i = 0; i < half; i++)
            {
                double angle = position * Math.Pow(RotaryBase, -2.0 * i / header.HeadWidth);
                cosine[(position * half) + i] = (float)Math.Cos(angle);
                sine[(position * half) + i] = (float)Math.Sin(angle);
            }
        }

        return (_builder.Constant("rotary_cosine", Tensor.Create(cosine, header.Context, half)), _builder.Constant("rotary_sine", Tensor.Create(sine, header.Context, half)));
    }

    private Value Normalize(Value x, string name, Tensor scale) =>
        _builder.Node("RMSNormalization", [x, _builder.Constant(name, scale)], AttributeMap.Of(("axis", -1L), ("epsilon", Epsilon)));

    private Value Linear(Value x, string name, Tensor weight) => _builder.Node("MatMul", [x, _builder.Constant(name, Transposed(weight))]);

    private Value Heads(Value x, int count)
    {
        Value split = _builder.Node("Reshape", [x, Shape(0, 0, count, header.HeadWidth)]);
        return _builder.Node("Transpose", [split], AttributeMap.Of(("perm", new long[] { 0, 2, 1, 3 })));
    }

    private Value Shape(params long[] numbers)
    {
        string name = $"shape_{string.Join('_', numbers)}";
        return _builder.Graph.FindValue(name) ?? _builder.Constant(name, Tensor.Vector<long>(numbers));
    }

    private static Tensor Transposed(Tensor matrix)
    {
        (int rows, int columns) = ((int)matrix.Shape[0], (int)matrix.Shape[1]);
        ReadOnlySpan<float> source = matrix.AsSpan<float>();
        float[] target = new float[source.Length];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
                target[(j * rows) + i] = source[(i * columns) + j];
        }

        return Tensor.Create(target, columns, rows);
    }
}
