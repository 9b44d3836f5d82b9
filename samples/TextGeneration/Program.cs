using System.CommandLine;
using Hone;
using TextGeneration;

Argument<string> model = new("model") { Description = "A checkpoint of llama2.c (.bin), or a decoder with a key/value cache (.onnx)." };
Argument<string> vocabulary = new("vocabulary") { Description = "The vocabulary of llama2.c that belongs to it, such as tok512.bin." };
Option<string> prompt = new("--prompt", "-p") { Description = "How the text begins.", DefaultValueFactory = _ => "Once upon a time" };
Option<int> tokens = new("--tokens", "-n") { Description = "Tokens to write at most.", DefaultValueFactory = _ => 256 };
Option<float> temperature = new("--temperature", "-t") { Description = "0 always takes the most likely token.", DefaultValueFactory = _ => 0.8f };
Option<float> topP = new("--top-p") { Description = "Draws from the likeliest tokens that together have this probability.", DefaultValueFactory = _ => 0.9f };
Option<int?> seed = new("--seed") { Description = "Same seed, same text." };
Option<WeightFormat> weights = new("--weights", "-w") { Description = "How weights are stored.", DefaultValueFactory = _ => WeightFormat.Fp32 };
Option<int> threads = new("--threads") { Description = "Threads to work with; 0 takes all cores.", DefaultValueFactory = _ => 0 };
Option<string?> measure = new("--perplexity") { Description = "Instead of writing, measures how well the model foretells this text file." };
Option<bool> shows = new("--plan") { Description = "Prints how the model runs on this machine." };

RootCommand command = new("Writes text with a small language model.")
{
    model, vocabulary, prompt, tokens, temperature, topP, seed, weights, threads, measure, shows,
};
command.SetAction((result, cancellationToken) =>
{
    GenerationOptions options = new()
    {
        Model = result.GetValue(model)!,
        Vocabulary = result.GetValue(vocabulary)!,
        Prompt = result.GetValue(prompt)!,
        Tokens = result.GetValue(tokens),
        Sampling = new() { Temperature = result.GetValue(temperature), TopP = result.GetValue(topP), Seed = result.GetValue(seed) },
        Weights = result.GetValue(weights),
        Threads = result.GetValue(threads),
        PerplexityText = result.GetValue(measure),
        ShowsPlan = result.GetValue(shows),
    };
    try
    {
        Generation.Run(options, cancellationToken);
        return Task.FromResult(0);
    }
    catch (HoneException e)
    {
        Console.Error.WriteLine(e.Message);
        return Task.FromResult(1);
    }
});
return await command.Parse(args).InvokeAsync();
