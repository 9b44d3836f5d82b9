using Hone.Evaluation;
using Hone.Graphs;
using Hone.Report.Comparisons;
using Hone.Tensors;

namespace Hone.Tests.Report;

public sealed class ModelComparerTests
{
    [Fact]
    public void Compare_ErrorOfKnownSize_GivesItsNumbers()
    {
        // The second model adds 0.5 more: x = (1, 2) -> (2, 3) and (2.5, 3.5), over two batches.
        ModelComparison comparison = Compare(AddThenRelu(1), AddThenRelu(1.5f), [Batch(1, 2), Batch(1, 2)]);

        TensorError output = Assert.Single(comparison.Outputs);
        Assert.Equal(2, comparison.BatchCount);
        Assert.Equal(("y", "Relu", 4L), (output.Name, output.OperatorName, output.ElementCount));
        Assert.Equal(10 * Math.Log10((4 + 9) / 0.5), output.SqnrDecibels, 9);
        Assert.Equal((0.5, 0.5, 1.0), (output.MaximumError, output.MeanError, output.SameArgMax));
        Assert.Equal("sum", Assert.Single(comparison.Layers).Name);
    }

    [Fact]
    public void Compare_EqualModels_AreExact()
    {
        TensorError output = Compare(AddThenRelu(1), AddThenRelu(1), [Batch(3, 4)]).Outputs[0];

        Assert.Equal(double.PositiveInfinity, output.SqnrDecibels);
        Assert.Equal((0.0, 0.0), (output.MaximumError, output.MeanError));
    }

    [Fact]
    public void Compare_OtherLargestElement_IsCounted()
    {
        // Relu of (x - 3): (1, 2) becomes (0, 0), whose largest element is the first.
        TensorError output = Compare(AddThenRelu(0), AddThenRelu(-3), [Batch(1, 2), Batch(9, 8)]).Outputs[0];

        Assert.Equal(0.5, output.SameArgMax);
    }

    [Fact]
    public void Compare_NaN_StaysVisible()
    {
        TensorError output = Compare(AddThenRelu(1), AddThenRelu(1), [Batch(1, 2), Batch(float.NaN, 2), Batch(1, 2)]).Outputs[0];

        Assert.True(double.IsNaN(output.SqnrDecibels) && double.IsNaN(output.MaximumError) && double.IsNaN(output.MeanError));
    }

    [Fact]
    public void Compare_NoBatch_IsRefused() =>
        Assert.Contains("at least one batch", Assert.Throws<HoneException>(() => Compare(AddThenRelu(1), AddThenRelu(1), [])).Message, StringComparison.Ordinal);

    [Fact]
    public void Compare_OtherNumberOfOutputs_IsRefused()
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(2));
        builder.Output(builder.Node("Relu", [x]), "y");
        builder.Output(builder.Node("Neg", [x]), "z");

        Assert.Contains("1 and 2 outputs", Assert.Throws<HoneException>(() => Compare(AddThenRelu(1), builder.Build(), [Batch(1, 2)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_OtherShapeOfOutput_IsRefused()
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(2));
        builder.Output(builder.Node("Concat", [x, x], new AttributeMap([KeyValuePair.Create("axis", (object)0L)])), "y");

        ShapeMismatchException error = Assert.Throws<ShapeMismatchException>(() => Compare(AddThenRelu(1), builder.Build(), [Batch(1, 2)]));
        Assert.Equal(("float32 [2]", "float32 [4]"), (error.Expected, error.Actual));
    }

    [Fact]
    public void Compare_Cancelled_Stops() =>
        Assert.Throws<OperationCanceledException>(() => ModelComparer.Compare(
            AddThenRelu(1), AddThenRelu(1), [Batch(1, 2)], ReferenceEngine.Instance, cancellationToken: new CancellationToken(canceled: true)));

    private static ModelComparison Compare(Graph reference, Graph candidate, IEnumerable<IReadOnlyDictionary<string, Tensor>> batches) =>
        ModelComparer.Compare(reference, candidate, batches, ReferenceEngine.Instance);

    private static Graph AddThenRelu(float addend)
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(2));
        Value sum = builder.Node("Add", [x, builder.Constant("c", Tensor.Scalar(addend))], outputName: "sum");
        builder.Output(builder.Node("Relu", [sum]), "y");
        return builder.Build();
    }

    private static Dictionary<string, Tensor> Batch(params float[] elements) => new() { ["x"] = Tensor.Vector<float>(elements) };
}
