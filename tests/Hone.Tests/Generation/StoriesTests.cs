using Hone.Generation.Checkpoints;
using Hone.Generation.Decoding;
using Hone.Generation.Evaluation;
using Hone.Generation.Sampling;
using Hone.Generation.Text;
using Hone.TestKit;
using Microsoft.ML.Tokenizers;

namespace Hone.Tests.Generation;

/// <summary>A small model that really writes stories; what it says at temperature 0 is what the tests of llama2.c expect of it.</summary>
public class StoriesTests
{
    private const string Story = ", there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. "
        + "She wanted to play with it, but it was too high.\nLily's mom said, \"Lily, let's go to the park.\" Lily was sad and didn't know what to do.";

    private static readonly string? Vocabulary = Find("tok512.bin");

    [Theory]
    [InlineData("stories260K.bin")]
    [InlineData("stories260K_kv.onnx")]
    public void Generate_Greedy_TellsTheKnownStory(string file)
    {
        using Decoder decoder = new(Load(file));
        TextGenerator generator = new(decoder, Llama2Vocabulary.Load(Vocabulary!));
        Assert.StartsWith(Story, string.Concat(generator.Generate("Once upon a time", 120, SamplingOptions.Greedy).Select(p => p.Text)));
    }

    [Fact]
    public void Generate_SameSeed_SameText()
    {
        using Decoder decoder = new(Load("stories260K.bin"));
        TextGenerator generator = new(decoder, Llama2Vocabulary.Load(Vocabulary!));
        Assert.Equal(Sampled(5), Sampled(5));
        Assert.NotEqual(Sampled(5), Sampled(6));

        string Sampled(int seed) => string.Concat(generator.Generate("Once", 30, new SamplingOptions { Seed = seed }).Select(p => p.Text));
    }

    [Fact]
    public void BothForms_GiveTheSameScores()
    {
        using Decoder checkpoint = new(Load("stories260K.bin")), exported = new(Load("stories260K_kv.onnx"));
        int[] tokens = [.. Llama2Vocabulary.Load(Vocabulary!).EncodeToIds("Once upon a time" + Story)];
        using DecoderSession first = checkpoint.CreateSession(), second = exported.CreateSession();
        TensorAssert.Close(second.Append(tokens), first.Append(tokens), 1e-3, 1e-3);
        Assert.InRange(Perplexity.Measure(checkpoint, [tokens]).NatsPerToken, 0.2, 1.2);
    }

    [Fact]
    public void Generate_FromNothing_BeginsAStory()
    {
        using Decoder decoder = new(Load("stories260K.bin"));
        TextGenerator generator = new(decoder, Llama2Vocabulary.Load(Vocabulary!));
        Assert.StartsWith("Once upon a time", string.Concat(generator.Generate("", 6, SamplingOptions.Greedy).Select(p => p.Text)).TrimStart());
    }

    [Fact]
    public void Vocabulary_Encodes_AsKnown()
    {
        Assert.SkipUnless(Vocabulary is not null, "No ../shared/models/tok512.bin.");
        SentencePieceTokenizer tokenizer = Llama2Vocabulary.Load(Vocabulary);
        Assert.Equal([1, 403, 407, 261, 378], tokenizer.EncodeToIds("Once upon a time"));
        Assert.Equal(2, tokenizer.EndOfSentenceId);
    }

    [Theory]
    [InlineData("Tim said: \"I can't!\"\nThen  he ran.")]
    [InlineData("Grüße, 世界 🌍!")]
    public void StreamedText_GivesBackTheText(string text)
    {
        Assert.SkipUnless(Vocabulary is not null, "No ../shared/models/tok512.bin.");
        SentencePieceTokenizer tokenizer = Llama2Vocabulary.Load(Vocabulary);
        IReadOnlyList<int> tokens = tokenizer.EncodeToIds(text);
        StreamedText streamed = new(tokenizer, [tokens[0]]);
        string pieces = string.Concat(tokens.Skip(1).Select(streamed.Add)) + streamed.Flush();
        Assert.Equal(text, pieces.TrimStart(' '));
        Assert.DoesNotContain('\uFFFD', pieces);
    }

    private static string? Find(string file) => RepositoryFiles.Shared("models", file) is [{ } path, ..] ? path : null;

    private static Model Load(string file)
    {
        string? path = Find(file);
        Assert.SkipUnless(path is not null && Vocabulary is not null, $"No ../shared/models/{file}.");
        return file.EndsWith(".bin", StringComparison.Ordinal) ? Llama2Checkpoint.Load(path) : Model.Load(path);
    }
}
