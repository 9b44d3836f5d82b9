using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Operators.Shapes;

/// <summary>Symbols go through the shape arithmetic that exporters write.</summary>
public class ShapeInferenceTests
{
    private readonly GraphBuilder _builder = new();

    [Theory]
    [InlineData(new long[] { 0, -1 }, "[N, 4*S]")]
    [InlineData(new long[] { 0, 0, 2, -1 }, "[N, S, 2, 2]")]
    [InlineData(new long[] { -1, 4 }, "[N*S, 4]")]
    [InlineData(new long[] { -1 }, "[4*N*S]")]
    [InlineData(new long[] { -1, 8 }, "[N*S/2, 8]")]
    public void Reshape_CancelsWhatBothSidesHave(long[] shape, string expected)
    {
        Value x = Input("N", "S", 4);
        Dimension[] inferred = [.. _builder.Node("Reshape", [x, Constant(shape)]).Shape!];
        // The order of factors within a symbol is not part of the promise.
        Assert.Equal(Sorted(expected), Sorted($"[{string.Join(", ", inferred)}]"));
    }

    [Fact]
    public void ShapeGatherConcatReshape_KeepsTheBatch()
    {
        Value x = Input("N", 64, 7, 7);
        Value batch = _builder.Node("Gather", [_builder.Node("Shape", [x]), _builder.Constant("zero", Tensor.Scalar(0L))]);
        Value shape = _builder.Node("Concat", [_builder.Node("Unsqueeze", [batch, Constant(0)]), Constant(-1)], AttributeMap.Of(("axis", 0)));
        Assert.Equal("[N, 3136]", _builder.Node("Reshape", [x, shape]).Shape!.ToString());
    }

    [Fact]
    public void ArithmeticOnShapes_IsFollowed()
    {
        Value shape = _builder.Node("Shape", [Input("N", "S")], AttributeMap.Of(("start", 1)));
        Value doubled = _builder.Node("Mul", [shape, Constant(2)]);
        Assert.Equal("2*S", doubled.Contents![0].ToString());
        Assert.Equal("S", _builder.Node("Div", [doubled, Constant(2)]).Contents![0].ToString());
        Assert.Equal("2*S+1", _builder.Node("Add", [doubled, Constant(1)]).Contents![0].ToString());
        Assert.Equal(0, _builder.Node("Sub", [shape, shape]).Contents![0].Value);
    }

    [Fact]
    public void ReduceProdOfAShape_IsTheElementCount()
    {
        Value count = _builder.Node("ReduceProd", [_builder.Node("Shape", [Input("N", 3, 4)])], AttributeMap.Of(("keepdims", 0)));
        Assert.Equal("12*N", count.Contents![0].ToString());
        Assert.Equal("[]", count.Shape!.ToString());
    }

    [Fact]
    public void ExpandWithMinusOnes_TakesTheInputsSizes()
    {
        // torch.Tensor.expand(-1, 5) as the exporter writes it: where(shape == -1, ones, shape).
        Value wanted = _builder.Node("Concat", [Constant(-1), _builder.Node("Shape", [Input("S")])], AttributeMap.Of(("axis", 0)));
        Value ones = _builder.Node("ConstantOfShape", [Constant(2)], AttributeMap.Of(("value", Tensor.Vector(1L))));
        Value test = _builder.Node("Equal", [wanted, _builder.Node("Mul", [ones, Constant(-1)])]);
        Value shape = _builder.Node("Where", [test, ones, wanted]);
        Value x = Input("N", 1);
        Assert.Equal("[N, S]", _builder.Node("Expand", [x, shape]).Shape!.ToString());
    }

    [Fact]
    public void Slice_KnowsWhatItCan()
    {
        Value x = Input("N", 10);
        Assert.Equal("[N, 3]", Slice(x, 2, 9, 1, 3));
        Assert.Equal("[N, 10]", Slice(x, 0, long.MaxValue, 0, 1));
        Assert.Equal("[?, 10]", Slice(x, 1, long.MaxValue, 0, 1));
        Assert.Equal("[N, 10]", Slice(x, -1, long.MinValue, 1, -1));
    }

    [Fact]
    public void Split_CutsShapesToo()
    {
        Value shape = _builder.Node("Shape", [Input("N", "S", 3)]);
        Node parts = _builder.Node("Split", [shape, Constant(1, 2)], ["a", "b"]);
        Assert.Equal("N", parts.Outputs[0]!.Contents![0].ToString());
        Assert.Equal(["S", "3"], parts.Outputs[1]!.Contents!.Select(d => d.ToString()));
    }

    [Fact]
    public void Range_FollowsALength()
    {
        Value length = _builder.Node("Gather", [_builder.Node("Shape", [Input("N", "S")]), _builder.Constant("one", Tensor.Scalar(1L))]);
        Value range = _builder.Node("Range", [_builder.Constant("start", Tensor.Scalar(0L)), length, _builder.Constant("delta", Tensor.Scalar(1L))]);
        Assert.Equal("[S]", range.Shape!.ToString());
    }

    [Fact]
    public void Others_KeepSymbols()
    {
        Value image = Input("N", 8, "H", "W");
        Assert.Equal("[N, 2, 2*H, 2*W]", _builder.Node("DepthToSpace", [image], AttributeMap.Of(("blocksize", 2))).Shape!.ToString());
        Assert.Equal("[N, 8*H*W]", Sorted(_builder.Node("Flatten", [image]).Shape!.ToString()));
        Assert.Equal("[H, N, W, 8]", _builder.Node("Transpose", [image], AttributeMap.Of(("perm", new long[] { 2, 0, 3, 1 }))).Shape!.ToString());
        Assert.Equal("[N, 8, 2*H, 2*W]", _builder.Node("Resize", [image, null, _builder.Constant("scales", Tensor.Vector(1f, 1f, 2f, 2f))]).Shape!.ToString());
        Assert.Equal("[N, 8, H+3, W]", _builder.Node("Pad", [image, Constant(0, 0, 1, 0, 0, 0, 2, 0)]).Shape!.ToString());
        Assert.Equal("[3*N, 8, H, W]", _builder.Node("Tile", [image, Constant(3, 1, 1, 1)]).Shape!.ToString());
        Assert.Equal("[N, 1, 8, H, W]", _builder.Node("Unsqueeze", [image, Constant(1)]).Shape!.ToString());
    }

    [Theory]
    [InlineData("Reshape", new long[] { 3, -1 })]
    [InlineData("Reshape", new long[] { -1, -1 })]
    [InlineData("Reshape", new long[] { -2, 4 })]
    [InlineData("Reshape", new long[] { 2, 2, 0 })]
    [InlineData("Expand", new long[] { 3, 4 })]
    [InlineData("Tile", new long[] { 1 })]
    [InlineData("Squeeze", new long[] { 0 })]
    [InlineData("Unsqueeze", new long[] { 5 })]
    [InlineData("Unsqueeze", new long[] { 0, 0 })]
    [InlineData("Pad", new long[] { 0, 0, -3, 0 })]
    [InlineData("Split", new long[] { 1, 2 })]
    public void BrokenRules_AreErrorsThatNameTheNode(string name, long[] argument)
    {
        Value x = Input(2, 4);
        HoneException error = Assert.ThrowsAny<HoneException>(() =>
        {
            // Some mistakes show only when the elements are known to be too few or too many.
            Value y = _builder.Node(name, [x, Constant(argument)], [.. name == "Split" ? (string[])["a", "b"] : ["a"]]).Output;
            OperatorRun.Outputs(name, name == "Split" ? 2 : 1, null, new Tensor(DataType.Float32, new TensorShape(2, 4)), Tensor.Create(argument, argument.Length));
        });
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    private static string Sorted(string shape) =>
        $"[{string.Join(", ", shape.Trim('[', ']').Split(", ").Select(d => d.Contains('/', StringComparison.Ordinal) ? d : string.Join('*', d.Split('*').Order(StringComparer.Ordinal))))}]";

    private Value Input(params Dimension[] dimensions) => _builder.Input(_builder.UniqueName("x"), DataType.Float32, new SymbolicShape(dimensions));

    private Value Input(string first, params Dimension[] rest) => Input([Dimension.Symbolic(first), .. rest]);

    private Value Input(string first, string second, params Dimension[] rest) => Input([Dimension.Symbolic(first), Dimension.Symbolic(second), .. rest]);

    private Value Input(string first, Dimension second, string third, string fourth) => Input([Dimension.Symbolic(first), second, Dimension.Symbolic(third), Dimension.Symbolic(fourth)]);

    private Value Constant(params long[] elements) => _builder.Constant(_builder.UniqueName("c"), Tensor.Create(elements, elements.Length));

    private string Slice(Value x, long start, long end, long axis, long step) =>
        _builder.Node("Slice", [x, Constant(start), Constant(end), Constant(axis), Constant(step)]).Shape!.ToString();
}
