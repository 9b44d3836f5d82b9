using Hone.Graphs;
using Hone.Onnx;
using Hone.Onnx.Protobuf;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Onnx;

public class OnnxWriterTests
{
    [Fact]
    public void Opset_IsTheLowestThatTheNodesAskFor()
    {
        Assert.Equal((13, 7), Versions("Relu"));
        Assert.Equal((17, 8), Versions("LayerNormalization", [Scale]));
        Assert.Equal((20, 9), Versions("Gelu"));
        Assert.Equal((14, 7), Versions("Reshape", [b => b.Constant("shape", Tensor.Vector<long>(3, 2))], ("allowzero", 1)));
        Assert.Equal((15, 8), Versions("Shape", [], ("start", 1)));
        Assert.Equal((13, 7), Versions("Shape"));
        Assert.Equal((13, 7), Versions("Split", [b => b.Constant("sizes", Tensor.Vector<long>(2))]));
        Assert.Equal((18, 8), Versions("Split", [], ("num_outputs", 1)));

        static Value Scale(GraphBuilder builder) => builder.Constant("scale", Tensor.Vector(1f, 1f, 1f));
    }

    [Fact]
    public void Opset_IsWhatTheTypesAskFor()
    {
        GraphBuilder builder = new();
        Value scale = builder.Constant("scale", Tensor.Scalar(1f));
        Value codes = builder.Constant("codes", new Tensor(DataType.Int4, new TensorShape(4)));
        builder.Output(builder.Node("DequantizeLinear", [codes, scale]), "y");
        Assert.Equal(21, Versions(builder.Build()).Opset);
    }

    [Fact]
    public void MinimumOpset_RaisesIt()
    {
        GraphBuilder builder = new();
        builder.Output(builder.Node("Relu", [builder.Input("x", DataType.Float32, new SymbolicShape(2))]), "y");
        Assert.Equal((19, 9), Versions(builder.Build(), new OnnxWriteOptions { MinimumOpset = 19 }));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(28)]
    public void MinimumOpset_OutOfRange_Throws(int opset) =>
        Assert.Throws<HoneException>(() => OnnxFiles.Save(new Model(new GraphBuilder().Build()), new OnnxWriteOptions { MinimumOpset = opset }));

    [Fact]
    public void IntermediateTypes_AreWritten()
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 3));
        builder.Output(builder.Node("Exp", [builder.Node("Relu", [x], outputName: "hidden")]), "y");
        ValueInfoProto info = Assert.Single(OnnxFiles.Parse(OnnxFiles.Save(new Model(builder.Build()))).Graph.ValueInfo);
        Assert.Equal("hidden", info.Name);
        Assert.Equal("N", info.Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal(3, info.Type.TensorType.Shape.Dim[1].DimValue);
    }

    [Fact]
    public void BrokenGraph_IsNotWritten()
    {
        Graph graph = new GraphBuilder().Build();
        graph.AddOutput(new Value("nowhere"));
        Assert.Throws<ModelFormatException>(() => OnnxFiles.Save(new Model(graph)));
    }

    [Fact]
    public void NestedGraphs_ComeBack_AndOnnxRuntimeTakesThem()
    {
        GraphBuilder builder = new("outer");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(2));
        Value condition = builder.Input("c", DataType.Bool, SymbolicShape.Scalar);
        Value doubled = builder.Node("Add", [x, x], outputName: "doubled");
        GraphBuilder then = new("then", builder.Graph);
        // One branch computes, the other gives back a value of the graph around.
        then.Output(then.Node("Neg", [doubled], outputName: "negated"));
        GraphBuilder otherwise = new("else", builder.Graph);
        otherwise.Output(doubled);
        Value result = builder.Node("If", [condition], AttributeMap.Of(("then_branch", then.Build()), ("else_branch", otherwise.Build())), "y");
        builder.Output(result);
        Model model = new(builder.Build());

        Model loaded = OnnxFiles.RoundTrip(model);

        using OnnxRuntimeSession session = OnnxRuntimeSession.Of(loaded);
        foreach (bool branch in new[] { true, false })
        {
            Dictionary<string, Tensor> feeds = new() { ["x"] = Tensor.Vector(1f, -2f), ["c"] = Tensor.Scalar(branch) };
            Assert.Equal(branch ? [-2f, 4f] : [2f, -4f], session.Run(feeds)[0].AsSpan<float>().ToArray());
        }
    }

    private static (long Opset, long Ir) Versions(string operatorName, Func<GraphBuilder, Value>[]? moreInputs = null, params (string, object)[] attributes)
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(2, 3));
        builder.Output(builder.Node(operatorName, [x, .. (moreInputs ?? []).Select(add => add(builder))], AttributeMap.Of(attributes)), "y");
        return Versions(builder.Build());
    }

    private static (long Opset, long Ir) Versions(Graph graph, OnnxWriteOptions? options = null)
    {
        ModelProto proto = OnnxFiles.Parse(OnnxFiles.Save(new Model(graph), options));
        return (proto.OpsetImport.Single(i => i.Domain.Length == 0).Version, proto.IrVersion);
    }
}
