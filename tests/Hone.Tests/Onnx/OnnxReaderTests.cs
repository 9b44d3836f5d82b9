using Google.Protobuf;
using Hone.Graphs;
using Hone.Onnx;
using Hone.Onnx.Protobuf;
using Hone.Tensors;
using static Hone.Tests.Onnx.OnnxFiles;

namespace Hone.Tests.Onnx;

public class OnnxReaderTests
{
    [Fact]
    public void InitializerThatIsAlsoAnInput_IsAConstant()
    {
        ModelProto proto = OneNode(8, "Identity", 1, 1);
        proto.Graph.Initializer.Add(new TensorProto { Name = "x0", DataType = 1, Dims = { 1 }, FloatData = { 3f } });
        Graph graph = Load(proto).Graph;
        Assert.Empty(graph.Inputs);
        Assert.Equal(3f, graph.FindValue("x0")!.Constant!.Item<float>());
    }

    [Fact]
    public void ConstantNodes_OfEveryAttribute_BecomeConstants()
    {
        ModelProto proto = Empty();
        Add("a", new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = new TensorProto { DataType = 1, FloatData = { 1f } } });
        Add("b", Int("value_int", 2));
        Add("c", Ints("value_ints", 3, 4));
        Add("d", Float("value_float", 5));
        Add("e", Floats("value_floats", 6, 7));
        Add("f", Text("value_string", "eight"));
        AttributeProto strings = new() { Name = "value_strings", Type = AttributeProto.Types.AttributeType.Strings };
        strings.Strings.Add(ByteString.CopyFromUtf8("nine"));
        Add("g", strings);
        SparseTensorProto sparse = new() { Values = new() { DataType = 1, Dims = { 1 }, FloatData = { 9f } }, Indices = new() { DataType = 7, Dims = { 1 }, Int64Data = { 1 } } };
        sparse.Dims.Add(2);
        Add("h", new AttributeProto { Name = "sparse_value", Type = AttributeProto.Types.AttributeType.SparseTensor, SparseTensor = sparse });

        Graph graph = Load(proto).Graph;

        Assert.Empty(graph.Nodes);
        Assert.Equal(1f, Constant("a").Item<float>());
        Assert.Equal(2L, Constant("b").Item<long>());
        Assert.Equal([3L, 4], Constant("c").AsSpan<long>().ToArray());
        Assert.Equal(5f, Constant("d").Item<float>());
        Assert.Equal([6f, 7], Constant("e").AsSpan<float>().ToArray());
        Assert.Equal("eight", Constant("f").Strings[0]);
        Assert.Equal("nine", Constant("g").Strings[0]);
        Assert.Equal([0f, 9], Constant("h").AsSpan<float>().ToArray());

        void Add(string name, AttributeProto attribute) => proto.Graph.Node.Add(Node("Constant", [], [name], attribute));
        Tensor Constant(string name) => graph.FindValue(name)!.Constant!;
    }

    [Fact]
    public void NodesOutOfOrder_AreSorted()
    {
        ModelProto proto = Empty();
        proto.Graph.Input.Add(FloatInput("x", 1));
        proto.Graph.Node.Add(Node("Identity", ["b"], ["c"]));
        proto.Graph.Node.Add(Node("Identity", ["x"], ["a"]));
        proto.Graph.Node.Add(Node("Identity", ["a"], ["b"]));
        proto.Graph.Output.Add(new ValueInfoProto { Name = "c" });
        Assert.Equal(["a", "b", "c"], Load(proto).Graph.Nodes.Select(n => n.Output.Name));
    }

    [Fact]
    public void Cycle_IsAFormatError()
    {
        ModelProto proto = Empty();
        proto.Graph.Node.Add(Node("Identity", ["b"], ["a"]));
        proto.Graph.Node.Add(Node("Identity", ["a"], ["b"]));
        Assert.Contains("depends on itself", Assert.Throws<ModelFormatException>(() => Load(proto)).Message);
    }

    [Fact]
    public void MissingValue_NamesIt()
    {
        ModelProto proto = Empty();
        proto.Graph.Node.Add(Node("Identity", ["nowhere"], ["a"]));
        Assert.Contains("'nowhere'", Assert.Throws<ModelFormatException>(() => Load(proto)).Message);
    }

    [Fact]
    public void ValueProducedTwice_IsAFormatError()
    {
        ModelProto proto = OneNode(13, "Identity", 1, 1);
        proto.Graph.Node.Add(Node("Identity", ["x0"], ["y0"]));
        Assert.Contains("twice", Assert.Throws<ModelFormatException>(() => Load(proto)).Message);
    }

    [Fact]
    public void UnsupportedModel_ListsEverythingAtOnce()
    {
        ModelProto proto = OneNode(13, "Frobnicate", 1, 1);
        NodeProto second = Node("Frobnicate", ["x0"], ["z"]);
        second.Name = "second";
        proto.Graph.Node.Add(second);
        proto.Graph.Node.Add(new NodeProto { Name = "third", OpType = "Magic", Domain = "org.example", Output = { "m" } });
        proto.Graph.Initializer.Add(new TensorProto { Name = "f8", DataType = 17, Dims = { 1 }, RawData = ByteString.CopyFrom(0) });
        proto.Graph.Input.Add(new ValueInfoProto { Name = "list", Type = new TypeProto { SequenceType = new() } });
        UnsupportedOperatorException error = Assert.Throws<UnsupportedOperatorException>(() => Load(proto));
        Assert.Equal(4, error.Missing.Count);
        Assert.Equal(["n", "second"], error.Missing.Single(m => m.OperatorName == "Frobnicate").NodeNames);
        Assert.Equal(["third"], error.Missing.Single(m => m.OperatorName == "org.example.Magic").NodeNames);
        Assert.Equal(["f8"], error.Missing.Single(m => m.OperatorName.Contains("float8e4m3fn", StringComparison.Ordinal)).NodeNames);
        Assert.Equal(["list"], error.Missing.Single(m => m.OperatorName.Contains("Sequence", StringComparison.Ordinal)).NodeNames);
    }

    [Fact]
    public void OpsetBeforeSeven_IsReadWhereTheFormIsTheSame()
    {
        Assert.Single(Load(OneNode(1, "GlobalMaxPool", 1, 1)).Graph.Nodes);
        UnsupportedOperatorException error = Assert.Throws<UnsupportedOperatorException>(() => Load(OneNode(6, "Add", 2, 1)));
        Assert.Contains("opset 6", Assert.Single(error.Missing).Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(99)]
    public void OpsetOutOfRange_SaysWhichAreRead(long opset) =>
        Assert.Contains("7 to 27", Assert.Throws<ModelFormatException>(() => Load(OneNode(opset, "Identity", 1, 1))).Message);

    [Fact]
    public void OmittedInputs_AreNull()
    {
        ModelProto proto = Empty(13);
        proto.Graph.Input.Add(FloatInput("x", 1, 1, 4, 4));
        proto.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 1, 1, 1, 1 }, FloatData = { 1f } });
        proto.Graph.Node.Add(Node("Conv", ["x", "w", ""], ["y", ""]));
        proto.Graph.Output.Add(new ValueInfoProto { Name = "y" });
        Node conv = Assert.Single(Load(proto).Graph.Nodes);
        Assert.Equal(2, conv.Inputs.Count);
        Assert.Single(conv.Outputs);
    }

    [Fact]
    public void UntypedInput_IsAFormatError()
    {
        ModelProto proto = OneNode(13, "Identity", 1, 1);
        proto.Graph.Input[0].Type = null;
        Assert.Contains("'x0'", Assert.Throws<ModelFormatException>(() => Load(proto)).Message);
    }

    [Fact]
    public void Functions_AreInlined_WithTheirArguments()
    {
        // twice(a) = Flatten(Flatten(a, axis = @axis), axis = @axis); the graph calls it through another function that relies on the default.
        ModelProto proto = OneNode(13, "outer", 1, 1);
        proto.Graph.Node[0].Domain = "local";
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        AttributeProto reference = new() { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, RefAttrName = "axis" };
        FunctionProto twice = Function("twice", ["a"], ["b"], Node("Flatten", ["a"], ["t"], reference), Node("Flatten", ["t"], ["b"], reference));
        twice.AttributeProto.Add(Int("axis", 2));
        NodeProto call = Node("twice", ["a"], ["t"]);
        call.Domain = "local";
        NodeProto callWithArgument = Node("twice", ["t"], ["b"], Int("axis", 1));
        callWithArgument.Domain = "local";
        proto.Functions.Add([twice, Function("outer", ["a"], ["b"], call, callWithArgument)]);

        Graph graph = Load(proto).Graph;

        Assert.Equal([2L, 2, 1, 1], graph.Nodes.Select(n => n.Attributes.GetInt("axis", 0)));
        Assert.Equal(["y0"], graph.Outputs.Select(o => o.Name));
        GraphChecker.Check(graph);
    }

    [Fact]
    public void RecursiveFunctions_AreAFormatError()
    {
        ModelProto proto = OneNode(13, "f", 1, 1);
        proto.Graph.Node[0].Domain = "local";
        NodeProto call = Node("f", ["a"], ["b"]);
        call.Domain = "local";
        proto.Functions.Add(Function("f", ["a"], ["b"], call));
        Assert.Contains("recursive", Assert.Throws<ModelFormatException>(() => Load(proto)).Message);
    }

    [Fact]
    public void FunctionsThatExplode_AreAFormatError()
    {
        // Each function calls the one before twice: 2^40 nodes.
        ModelProto proto = OneNode(13, "f40", 1, 1);
        proto.Graph.Node[0].Domain = "local";
        proto.Functions.Add(Function("f0", ["a"], ["b"], Node("Identity", ["a"], ["b"])));
        for (int i = 1; i <= 40; i++)
        {
            NodeProto first = Node($"f{i - 1}", ["a"], ["t"]);
            NodeProto second = Node($"f{i - 1}", ["t"], ["b"]);
            first.Domain = second.Domain = "local";
            proto.Functions.Add(Function($"f{i}", ["a"], ["b"], first, second));
        }

        Assert.Throws<ModelFormatException>(() => Load(proto));
    }

    [Fact]
    public void SymbolicAndUnknownDimensions_AreKept()
    {
        ModelProto proto = OneNode(13, "Identity", 1, 1);
        TensorShapeProto shape = proto.Graph.Input[0].Type.TensorType.Shape;
        shape.Dim[0] = new() { DimParam = "batch" };
        shape.Dim[1] = new();
        shape.Dim[2] = new() { DimValue = -1 };
        Assert.Equal("[batch, ?, ?]", Load(proto).Graph.Inputs[0].Shape!.ToString());
        shape.Dim[2] = new() { DimValue = -2 };
        Assert.Throws<ModelFormatException>(() => Load(proto));
    }

    [Fact]
    public void MissingFile_IsAHoneErrorThatNamesIt()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString(), "model.onnx");
        Assert.Contains(path, Assert.Throws<HoneException>(() => OnnxReader.Load(path)).Message);
    }

    private static FunctionProto Function(string name, string[] inputs, string[] outputs, params NodeProto[] nodes)
    {
        FunctionProto function = new() { Name = name, Domain = "local" };
        function.Input.Add(inputs);
        function.Output.Add(outputs);
        function.Node.Add(nodes);
        function.OpsetImport.Add([new OperatorSetIdProto { Version = 13 }, new OperatorSetIdProto { Domain = "local", Version = 1 }]);
        return function;
    }
}
