using Hone.Generation.Decoding;
using Hone.Generation.Evaluation;
using Hone.Generation.Sampling;
using Hone.Tensors;
using Hone.TestKit;

namespace Hone.Tests.Generation;

public class DecoderTests
{
    private static readonly int[] Text = [1, 7, 30, 12, 49, 3, 3, 8, 21, 0, 44, 17];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Append_AgreesWithOnnxRuntime(bool isTied)
    {
        Model model = SmallCheckpoint.Load(isTied);
        using Decoder decoder = new(model);
        using DecoderSession session = decoder.CreateSession();
        using OnnxRuntimeSession runtime = OnnxRuntimeSession.Of(model);
        Tensor expected = runtime.Run(Inputs(model))[0];
        TensorAssert.Close(expected, session.Append(Text), 1e-4, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Append_InPieces_GivesWhatOneReadingGives(int first)
    {
        using Decoder decoder = new(SmallCheckpoint.Load());
        using DecoderSession whole = decoder.CreateSession(), pieces = decoder.CreateSession();

        // Longer than the first capacity of the cache, so that it grows on the way.
        int[] text = [.. Enumerable.Range(0, 40).Select(i => Text[i % Text.Length])];
        float[] expected = whole.Append(text).ToSingleArray();
        List<float> actual = [.. pieces.Append(text.AsSpan(0, first)).ToSingleArray()];
        for (int i = first; i < text.Length; i++)
            actual.AddRange(pieces.Append([text[i]]).ToSingleArray());
        Assert.Equal(text.Length, pieces.Length);
        TensorAssert.Close(Tensor.Vector<float>(expected), Tensor.Vector<float>([.. actual]), 1e-4, 1e-5);
    }

    [Fact]
    public void Clear_StartsAnew()
    {
        using Decoder decoder = new(SmallCheckpoint.Load());
        using DecoderSession session = decoder.CreateSession();
        float[] expected = session.Append([1, 5]).ToSingleArray();
        session.Append([9]);
        session.Clear();
        Assert.Equal(0, session.Length);
        Assert.Equal(expected, session.Append([1, 5]).ToSingleArray());
    }

    [Fact]
    public void Append_UnknownToken_Throws()
    {
        using Decoder decoder = new(SmallCheckpoint.Load());
        using DecoderSession session = decoder.CreateSession();
        Assert.Throws<ArgumentException>(() => session.Append([SmallCheckpoint.Vocabulary]));
        Assert.Throws<ArgumentException>(() => session.Append([]));
    }

    [Fact]
    public void Generate_Greedy_TakesTheMostLikelyTokenEachTime()
    {
        using Decoder decoder = new(SmallCheckpoint.Load());
        using DecoderSession session = decoder.CreateSession(), check = decoder.CreateSession();
        List<int> text = [1, 20];
        foreach (int token in TokenGenerator.Generate(session, [1, 20], SamplingOptions.Greedy, _ => false).Take(10))
        {
            check.Clear();
            float[] scores = check.Append([.. text]).ToSingleArray()[^SmallCheckpoint.Vocabulary..];
            Assert.Equal(Array.IndexOf(scores, scores.Max()), token);
            text.Add(token);
        }

        Assert.Equal(12, text.Count);
        Assert.Empty(TokenGenerator.Generate(decoder.CreateSession(), [1], SamplingOptions.Greedy, _ => true));
    }

    [Fact]
    public void Perplexity_IsTheMeanSurprise()
    {
        using Decoder decoder = new(SmallCheckpoint.Load());
        using DecoderSession session = decoder.CreateSession();
        float[] scores = session.Append(Text).ToSingleArray();
        double sum = 0;
        for (int i = 1; i < Text.Length; i++)
        {
            float[] row = scores[((i - 1) * SmallCheckpoint.Vocabulary)..(i * SmallCheckpoint.Vocabulary)];
            sum -= Math.Log(Math.Exp(row[Text[i]]) / row.Sum(s => Math.Exp(s)));
        }

        Perplexity perplexity = Perplexity.Measure(decoder, [Text, Text, [3]]);
        Assert.Equal(2 * (Text.Length - 1), perplexity.Tokens);
        Assert.Equal(sum / (Text.Length - 1), perplexity.NatsPerToken, 1e-5);
        Assert.Equal(Math.Exp(perplexity.NatsPerToken), perplexity.Value);
    }

    [Fact]
    public void Decoder_OfAnotherModel_Throws()
    {
        Hone.Graphs.GraphBuilder builder = new();
        builder.Output(builder.Node("Relu", [builder.Input("x", DataType.Float32, new Hone.Graphs.SymbolicShape(1, 3))]), "y");
        Assert.Throws<ModelFormatException>(() => new Decoder(new Model(builder.Build())));
    }

    private static Dictionary<string, Tensor> Inputs(Model model)
    {
        Dictionary<string, Tensor> inputs = new()
        {
            ["input_ids"] = Tensor.Create([.. Text.Select(t => (long)t)], 1, Text.Length),
            ["position_ids"] = Tensor.Create([.. Enumerable.Range(0, Text.Length).Select(i => (long)i)], 1, Text.Length),
            ["attention_mask"] = Tensor.Create([.. Text.Select(_ => 1L)], 1, Text.Length),
        };
        foreach (Hone.Graphs.Value past in model.Graph.Inputs.Where(i => i.Name.StartsWith("past", StringComparison.Ordinal)))
            inputs[past.Name] = new Tensor(DataType.Float32, new TensorShape(1, 2, 0, 8));
        return inputs;
    }
}
