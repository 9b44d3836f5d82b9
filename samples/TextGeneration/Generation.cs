using System.Diagnostics;
using Hone;
using Hone.Generation.Checkpoints;
using Hone.Generation.Decoding;
using Hone.Generation.Evaluation;
using Hone.Generation.Text;
using Hone.Quantization;
using Microsoft.ML.Tokenizers;

namespace TextGeneration;

/// <summary>Loads, quantizes, writes or measures.</summary>
internal static class Generation
{
    private const int MeasuredTokens = 256;

    public static void Run(GenerationOptions options, CancellationToken cancellationToken)
    {
        Tokenizer tokenizer = Llama2Vocabulary.Load(options.Vocabulary);
        using Decoder decoder = new(Load(options), new() { Threads = options.Threads });
        if (options.PerplexityText is { } path)
            Measure(decoder, tokenizer, path, cancellationToken);
        else
            Write(new TextGenerator(decoder, tokenizer), options, cancellationToken);
        if (options.ShowsPlan)
            Console.WriteLine(decoder.Compiled.Describe());
    }

    private static Model Load(GenerationOptions options)
    {
        Model model = options.Model.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? Model.Load(options.Model) : Llama2Checkpoint.Load(options.Model);
        return options.Weights switch
        {
            WeightFormat.Int8 => model.QuantizeWeights(WeightOnlyQuantizationConfig.Int8),
            WeightFormat.Int4 => model.QuantizeWeights(WeightOnlyQuantizationConfig.Int4),
            _ => model,
        };
    }

    private static void Write(TextGenerator generator, GenerationOptions options, CancellationToken cancellationToken)
    {
        Console.Write(options.Prompt);
        Stopwatch watch = new();
        int timed = 0;
        foreach (GeneratedPiece piece in generator.Generate(options.Prompt, options.Tokens, options.Sampling, cancellationToken))
        {
            Console.Write(piece.Text);
            timed += watch.IsRunning ? 1 : 0;
            watch.Start();
        }

        // The first token takes along the prompt, so the watch starts behind it.
        Console.WriteLine($"\n\n{timed / watch.Elapsed.TotalSeconds:F0} tokens/s");
    }

    private static void Measure(Decoder decoder, Tokenizer tokenizer, string path, CancellationToken cancellationToken)
    {
        IReadOnlyList<int> tokens = tokenizer.EncodeToIds(File.ReadAllText(path));
        Perplexity perplexity = Perplexity.Measure(decoder, tokens.Chunk(MeasuredTokens), cancellationToken: cancellationToken);
        Console.WriteLine($"{perplexity.NatsPerToken:F4} nats/token, perplexity {perplexity.Value:F3}, {perplexity.Tokens} tokens");
    }
}
