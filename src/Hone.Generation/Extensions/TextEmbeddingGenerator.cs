using Hone.Graphs;
using Hone.Runtime;
using Hone.Tensors;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;

namespace Hone.Generation.Extensions;

/// <summary>Turns texts into vectors with an encoder, as an embedding generator of Microsoft.Extensions.AI. Thread-safe as far as the tokenizer is.</summary>
/// <remarks>
/// The encoder has inputs <c>input_ids</c>, <c>attention_mask</c> and perhaps <c>token_type_ids</c>, all int64 <c>[B, T]</c>, and as its first output
/// float32 <c>[B, T, D]</c>, or <c>[B, D]</c> if it pools itself. Tokens are averaged and the mean is made of length 1, as sentence-transformers do by default.
/// </remarks>
public sealed class TextEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly CompiledModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly int _mostTokens;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Compiles an encoder.</summary>
    /// <param name="model">Is not changed; its tensors are shared.</param>
    /// <param name="tokenizer">Of the same vocabulary; it adds the special tokens.</param>
    /// <param name="mostTokens">Longer texts are cut; at least 1.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="modelName">For the metadata.</param>
    /// <exception cref="ModelFormatException">The inputs or the output are not those of an encoder.</exception>
    public TextEmbeddingGenerator(Model model, Tokenizer tokenizer, int mostTokens = 512, CompileOptions? options = null, string? modelName = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostTokens, 1);
        Value? unknown = model.Graph.Inputs.FirstOrDefault(i => i.DataType != DataType.Int64 || i.Name is not ("input_ids" or "attention_mask" or "token_type_ids"));
        if (unknown is not null || !model.Graph.Inputs.Any(i => i.Name == "input_ids"))
            throw new ModelFormatException($"An encoder has int64 inputs input_ids, attention_mask and token_type_ids; this model has {string.Join(", ", model.Graph.Inputs.Select(i => i.Name))}.");
        if (model.Graph.Outputs is not [{ DataType: DataType.Float32, Shape.Rank: 2 or 3 }, ..])
            throw new ModelFormatException("The first output of an encoder is float32 [batch, tokens, width] or [batch, width].");
        (_tokenizer, _mostTokens) = (tokenizer, mostTokens);
        _model = model.Compile(options);
        Dimension width = model.Graph.Outputs[0].Shape![-1];
        _metadata = new EmbeddingGeneratorMetadata("Hone", null, modelName, width.IsFixed ? (int)width.Value : null);
    }

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Task.Run(() => new GeneratedEmbeddings<Embedding<float>>(values.Select(v => new Embedding<float>(Embed(v, cancellationToken))).ToList()), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        return serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(_model) ? _model
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private float[] Embed(string text, CancellationToken cancellationToken)
    {
        long[] ids = [.. _tokenizer.EncodeToIds(text).Take(_mostTokens).Select(i => (long)i)];
        if (ids.Length == 0)
            throw new HoneException("A text without tokens has no embedding.");
        long[] ones = new long[ids.Length];
        Array.Fill(ones, 1);
        Dictionary<string, Tensor> inputs = [];
        foreach (Value input in _model.Inputs)
            inputs[input.Name] = Tensor.Create(input.Name == "input_ids" ? ids : input.Name == "attention_mask" ? ones : new long[ids.Length], 1, ids.Length);
        IReadOnlyDictionary<string, Tensor> outputs = _model.Run(inputs, cancellationToken);
        float[] mean = Mean(outputs[_model.Outputs[0].Name]);
        foreach (Tensor tensor in inputs.Values.Concat(outputs.Values))
            tensor.Dispose();
        return mean;
    }

    private static float[] Mean(Tensor tokens)
    {
        int width = (int)tokens.Shape[-1];
        ReadOnlySpan<float> rows = tokens.AsSpan<float>();
        double[] sums = new double[width];
        for (int i = 0; i < rows.Length; i++)
            sums[i % width] += rows[i];
        double length = Math.Sqrt(sums.Sum(s => s * s));
        return Array.ConvertAll(sums, s => (float)(length > 0 ? s / length : 0));
    }
}
