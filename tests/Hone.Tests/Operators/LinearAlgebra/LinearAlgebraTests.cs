using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators.LinearAlgebra;

public class LinearAlgebraTests
{
    [Theory]
    [InlineData(new long[] { 4 }, new long[] { 4 })]
    [InlineData(new long[] { 4 }, new long[] { 2, 4, 3 })]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 4 })]
    [InlineData(new long[] { 3, 1, 2, 4 }, new long[] { 5, 4, 3 })]
    [InlineData(new long[] { 1, 70 }, new long[] { 70, 67 })]
    public void MatMul_AgreesWithOnnxRuntime(long[] a, long[] b) => new OperatorCase("MatMul", RandomTensors.Integers(a), RandomTensors.Integers(b)).AgreesWithOnnxRuntime();

    [Fact]
    public void MatMul_Integers_WrapAround()
    {
        Tensor y = new OperatorCase("MatMul", Tensor.Create([int.MaxValue, 1], 1, 2), Tensor.Create([2, 3], 2, 1)).EvaluateOne();
        Assert.Equal([1L], y.ToInt64Array());
    }

    [Fact]
    public void MatMul_NoProducts_GivesZeros()
    {
        Tensor y = new OperatorCase("MatMul", RandomTensors.Integers(2, 0), RandomTensors.Integers(0, 3)).EvaluateOne();
        Assert.Equal(new float[6], y.ToSingleArray());
    }

    [Theory]
    [InlineData(0, 0, new long[] { 3, 5 })]
    [InlineData(1, 0, new long[] { 5 })]
    [InlineData(0, 1, new long[] { 3, 1 })]
    [InlineData(1, 1, new long[] { })]
    public void Gemm_AgreesWithOnnxRuntime(int transA, int transB, long[] c) => new OperatorCase(
        "Gemm", transA == 1 ? RandomTensors.Integers(4, 3) : RandomTensors.Integers(3, 4), transB == 1 ? RandomTensors.Integers(5, 4) : RandomTensors.Integers(4, 5), RandomTensors.Integers(c))
    { Attributes = AttributeMap.Of(("transA", transA), ("transB", transB), ("alpha", 0.5f), ("beta", 2f)) }.AgreesWithOnnxRuntime();

    [Fact]
    public void Einsum_SummedBatch_GivesPyTorchsNumbers()
    {
        Tensor y = new OperatorCase("Einsum", RandomTensors.Integers(2, 2, 3), RandomTensors.Integers(2, 3, 2)) { Attributes = AttributeMap.Of(("equation", "bij,bjk->ik")) }.EvaluateOne();
        TensorAssert.Close(Tensor.Create([39f, 26, -9, 46], 2, 2), y, 0, 0);
    }

    [Theory]
    [InlineData("ij,jk", new long[] { 2, 3 }, new long[] { 3, 4 })]
    [InlineData("...ij , ...jk -> ...ik", new long[] { 2, 5, 2, 3 }, new long[] { 1, 5, 3, 4 })]
    [InlineData("bhqd,bhkd->bhqk", new long[] { 2, 3, 4, 5 }, new long[] { 2, 3, 6, 5 })]
    [InlineData("ii,j->ij", new long[] { 3, 3 }, new long[] { 4 })]
    [InlineData("ba,b", new long[] { 3, 2 }, new long[] { 3 })]
    public void Einsum_AgreesWithOnnxRuntime(string equation, long[] a, long[] b) =>
        new OperatorCase("Einsum", RandomTensors.Integers(a), RandomTensors.Integers(b)) { Attributes = AttributeMap.Of(("equation", equation)) }.AgreesWithOnnxRuntime();

    [Theory]
    [InlineData("ij->k")]
    [InlineData("ij->ii")]
    [InlineData("ijk->i")]
    [InlineData("i->i")]
    [InlineData("i j,k->i")]
    [InlineData("i1->i")]
    [InlineData("i..->i")]
    [InlineData("ij->i->j")]
    [InlineData("")]
    public void Einsum_MalformedEquation_IsRefused(string equation) => OperatorRun.Fails("Einsum", AttributeMap.Of(("equation", equation)), RandomTensors.Integers(2, 3));

    [Fact]
    public void Einsum_YearsOfWork_IsRefused()
    {
        Tensor[] vectors = [.. Enumerable.Repeat(RandomTensors.Integers(1000), 6)];
        OperatorRun.Fails("Einsum", AttributeMap.Of(("equation", "a,b,c,d,e,f->")), vectors);
    }

    [Fact]
    public void Det_SingularAndPivoting_AreExact()
    {
        Tensor y = new OperatorCase("Det", Tensor.Create([0f, 2, 3, 4, 1, 2, 2, 4], 2, 2, 2)).EvaluateOne();
        Assert.Equal([-6f, 0], y.ToSingleArray());
    }

    [Fact]
    public void MatMulInteger_ZeroPointsOfRowsAndColumns_AreSubtracted()
    {
        Tensor y = new OperatorCase(
            "MatMulInteger",
            Tensor.Create(new byte[] { 10, 20, 30, 40 }, 2, 2), Tensor.Create(new sbyte[] { 1, -2, 3, 4 }, 2, 2), Tensor.Vector((byte)10, 20), Tensor.Vector((sbyte)1, -1)).EvaluateOne();
        // [[0, 10], [10, 20]] · [[0, -1], [2, 5]]
        Assert.Equal([20, 50, 40, 90], y.ToInt64Array());
    }

    [Theory]
    [InlineData(DataType.UInt8, DataType.UInt8)]
    [InlineData(DataType.UInt8, DataType.Int8)]
    [InlineData(DataType.Int8, DataType.Int8)]
    public void QLinearMatMul_PerColumn_AgreesWithOnnxRuntime(DataType a, DataType b)
    {
        System.Random random = new(5);
        new OperatorCase(
            "QLinearMatMul",
            RandomTensors.Codes(random, a, 2, 7, 20), Tensor.Scalar(0.02f), Tensor.FromBytes(a, TensorShape.Scalar, [99]),
            RandomTensors.Codes(random, b, 20, 3), Tensor.Vector(0.01f, 0.02f, 0.003f), Tensor.FromBytes(b, new TensorShape(3), [0, 0, 0]),
            Tensor.Scalar(0.31f), Tensor.FromBytes(a, TensorShape.Scalar, [60])) { Constants = [1, 2, 3, 4, 5, 6, 7] }.AgreesWithOnnxRuntime();
    }

    [Fact]
    public void MatMul_SymbolicSizes_AreInferred()
    {
        SymbolicShape? shape = new OperatorCase("MatMul").InferShape(
            new SymbolicShape(Dimension.Symbolic("B"), Dimension.Symbolic("S"), 16), new SymbolicShape(16, 4));
        Assert.Equal("[B, S, 4]", shape?.ToString());
    }

    [Fact]
    public void WrongShapes_AreRefused()
    {
        OperatorRun.Fails("MatMul", null, RandomTensors.Integers(2, 3), RandomTensors.Integers(2, 3));
        OperatorRun.Fails("MatMul", null, RandomTensors.Integers(2, 2, 3), RandomTensors.Integers(3, 3, 3));
        OperatorRun.Fails("MatMul", null, RandomTensors.Integers(), RandomTensors.Integers(2));
        OperatorRun.Fails("MatMul", null, RandomTensors.Integers(1 << 16, 1), RandomTensors.Integers(1, 1 << 16));
        OperatorRun.Fails("Gemm", null, RandomTensors.Integers(2, 3), RandomTensors.Integers(3, 2), RandomTensors.Integers(3));
        OperatorRun.Fails("Gemm", null, RandomTensors.Integers(2, 3), RandomTensors.Integers(2, 3));
        OperatorRun.Fails("Det", null, RandomTensors.Integers(2, 3));
        OperatorRun.Fails("MatMulInteger", null, Tensor.Create(new byte[4], 2, 2), Tensor.Create(new byte[4], 2, 2), Tensor.Vector((byte)1, 2, 3));
    }
}
