using Hone.Generation.Decoding;
using Hone.Generation.Extensions;
using Hone.Generation.Text;
using Hone.Graphs;
using Hone.Tensors;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;

namespace Hone.Tests.Generation;

public class ExtensionsTests
{
    // One token for each of these words.
    private static readonly string[] Words = [.. Enumerable.Range(0, SmallCheckpoint.Vocabulary).Select(i => i == 0 ? "[UNK]" : $"w{i}")];

    [Fact]
    public async Task ChatClient_StreamsWhatTheGeneratorWrites()
    {
        using Decoder decoder = new(SmallCheckpoint.Load());
        TextGenerator generator = new(decoder, NewTokenizer());
        using TextChatClient client = new(generator, modelName: "small");
        ChatOptions options = new() { Temperature = 0, MaxOutputTokens = 8 };
        string expected = string.Concat(generator.Generate("w3 w7", 8, new() { Temperature = 0 }).Select(p => p.Text));
        ChatResponse response = await client.GetResponseAsync([new ChatMessage(ChatRole.User, "w3 w7")], options, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.Text);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal("small", response.ModelId);
        Assert.Same(generator, client.GetService<TextGenerator>());

        string stop = expected.Trim().Split(' ')[2];
        response = await client.GetResponseAsync("w3 w7", new() { Temperature = 0, MaxOutputTokens = 8, StopSequences = [stop] }, TestContext.Current.CancellationToken);
        Assert.Equal(expected[..expected.IndexOf(stop, StringComparison.Ordinal)], response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Theory]
    [InlineData(new[] { "ab", "c", "de" }, "cd", "ab")]
    [InlineData(new[] { "ab", "c", "xe" }, "cd", "abcxe")]
    [InlineData(new[] { "abc" }, "cd", "abc")]
    [InlineData(new[] { "aab" }, "ab", "a")]
    public void StopText_CutsAtTheSequence(string[] pieces, string sequence, string expected)
    {
        StopText stop = new([sequence]);
        string shown = string.Concat(pieces.TakeWhile(_ => !stop.IsReached).Select(stop.Add)) + stop.Rest();
        Assert.Equal(expected, shown);
    }

    [Fact]
    public async Task EmbeddingGenerator_GivesTheMeanOfTheTokens_OfLengthOne()
    {
        GraphBuilder builder = new();
        Value ids = builder.Input("input_ids", DataType.Int64, new SymbolicShape(Dimension.Symbolic("B"), Dimension.Symbolic("T")));
        builder.Input("attention_mask", DataType.Int64, new SymbolicShape(Dimension.Symbolic("B"), Dimension.Symbolic("T")));
        float[] table = [.. Enumerable.Range(0, Words.Length * 2).Select(i => i % 2 == 0 ? i / 2 : 1f)];
        builder.Output(builder.Node("Gather", [builder.Constant("table", Tensor.Create(table, Words.Length, 2)), ids]), "last_hidden_state");
        using TextEmbeddingGenerator generator = new(new Model(builder.Build()), NewTokenizer());
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["w3 w5", "w1"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions);
        AssertNear([4 / Math.Sqrt(17), 1 / Math.Sqrt(17)], embeddings[0].Vector.ToArray());
        AssertNear([1 / Math.Sqrt(2), 1 / Math.Sqrt(2)], embeddings[1].Vector.ToArray());
    }

    private static void AssertNear(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    private static WordPieceTokenizer NewTokenizer()
    {
        using MemoryStream vocabulary = new(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Words)));
        return WordPieceTokenizer.Create(vocabulary);
    }
}
