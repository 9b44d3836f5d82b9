using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.Attention;

public class AttentionTests
{
    [Fact]
    public void Attention_GivesPyTorchsNumbers()
    {
        (Tensor q, Tensor k) = (RandomTensors.Integers(1, 1, 2, 4), RandomTensors.Integers(1, 1, 3, 4));
        foreach (ref float value in q.AsSpan<float>())
            value /= 5;
        foreach (ref float value in k.AsSpan<float>())
            value /= 4;
        Tensor y = new OperatorCase("Attention", q, k, RandomTensors.Integers(1, 1, 3, 2)).EvaluateOne();
        TensorAssert.Close(Tensor.Create([-3.60252857f, 1.40905023f, -1.97002566f, 2.77644062f], 1, 1, 2, 2), y, 1e-5, 1e-6);
    }

    [Fact]
    public void Attention_CausalWithPast_SeesThePastAndNothingAhead()
    {
        // Keys of zeros share equally: query i takes the mean of the values up to past + i.
        Tensor y = new OperatorCase(
            "Attention", new Tensor(DataType.Float32, new TensorShape(1, 1, 2, 1)), new Tensor(DataType.Float32, new TensorShape(1, 1, 2, 1)), Tensor.Create([6f, 9], 1, 1, 2, 1), null,
            new Tensor(DataType.Float32, new TensorShape(1, 1, 1, 1)), Tensor.Create([3f], 1, 1, 1, 1)) { Attributes = AttributeMap.Of(("is_causal", 1)) }.EvaluateOne();
        TensorAssert.Close(Tensor.Create([4.5f, 6], 1, 1, 2, 1), y, 1e-6, 0);
    }

    [Fact]
    public void Attention_SymbolicSizes_AreInferred()
    {
        OperatorCase attention = new("Attention") { Attributes = AttributeMap.Of(("q_num_heads", 4), ("kv_num_heads", 2)) };
        (Dimension batch, Dimension length) = (Dimension.Symbolic("B"), Dimension.Symbolic("S"));
        SymbolicShape? shape = attention.InferShape(new SymbolicShape(batch, length, 32), new SymbolicShape(batch, length, 16), new SymbolicShape(batch, length, 10));
        Assert.Equal("[B, S, 20]", shape?.ToString());
    }

    [Fact]
    public void RotaryEmbedding_QuarterTurn_ExchangesPairs()
    {
        (Tensor cosine, Tensor sine) = (Tensor.Create([1f, 1, 0, 0], 2, 2), Tensor.Create([0f, 0, 1, 1], 2, 2));
        Tensor x = Tensor.Create([1f, 2, 3, 4], 1, 1, 1, 4);
        OperatorCase rotary = new("RotaryEmbedding", x, cosine, sine, Tensor.Create([1L], 1, 1));
        Assert.Equal([-3f, -4, 1, 2], rotary.EvaluateOne().ToSingleArray());
        Assert.Equal([-2f, 1, -4, 3], (rotary with { Attributes = AttributeMap.Of(("interleaved", 1)) }).EvaluateOne().ToSingleArray());
    }

    [Fact]
    public void WrongInputs_AreRefused()
    {
        Tensor q = RandomTensors.Integers(1, 4, 2, 4);
        OperatorRun.Fails("Attention", null, q, RandomTensors.Integers(1, 3, 2, 4), RandomTensors.Integers(1, 3, 2, 4));
        OperatorRun.Fails("Attention", null, q, RandomTensors.Integers(1, 4, 2, 3), RandomTensors.Integers(1, 4, 2, 4));
        OperatorRun.Fails("Attention", null, q, q, q, RandomTensors.Integers(3, 2));
        OperatorRun.Fails("Attention", null, RandomTensors.Integers(1, 2, 8), RandomTensors.Integers(1, 2, 8), RandomTensors.Integers(1, 2, 8));
        OperatorRun.Fails("Attention", AttributeMap.Of(("q_num_heads", 3), ("kv_num_heads", 3)), RandomTensors.Integers(1, 2, 8), RandomTensors.Integers(1, 2, 8), RandomTensors.Integers(1, 2, 8));
        OperatorRun.Fails("RotaryEmbedding", null, q, RandomTensors.Integers(2, 2), RandomTensors.Integers(2, 2), Tensor.Create([0L, 2], 1, 2));
    }
}
