using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Onnx;

public class OnnxRoundTripTests
{
    [Fact]
    public void SaveThenLoad_KeepsGraphAndMetadata()
    {
        GraphBuilder builder = new("net");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 3, Dimension.Unknown));
        builder.Output(builder.Node("Identity", [x]), "y");
        builder.Output(builder.Node("Identity", [builder.Constant("w", Tensor.Vector(1f, 2f))]), "z");
        Model model = new(builder.Build(), new ModelMetadata
        {
            ProducerName = "tester",
            ProducerVersion = "1.2",
            Domain = "org.example",
            ModelVersion = 4,
            Description = "A net.",
            Properties = new Dictionary<string, string> { ["task"] = "none" },
        });

        Model loaded = OnnxFiles.RoundTrip(model);

        Assert.Equal(model.Graph.ToString(), loaded.Graph.ToString());
        Assert.Equal("net", loaded.Graph.Name);
        Assert.Equal(model.Metadata with { Properties = loaded.Metadata.Properties }, loaded.Metadata);
        Assert.Equal(model.Metadata.Properties, loaded.Metadata.Properties);
    }

    public static TheoryData<DataType> StoredTypes => [.. Enum.GetValues<DataType>().Where(t => t is not DataType.Undefined and not DataType.String)];

    [Theory]
    [MemberData(nameof(StoredTypes))]
    public void Constants_OfEveryType_KeepTheirBits(DataType type)
    {
        using Tensor tensor = new(type, new TensorShape(3, 5));
        for (int i = 0; i < tensor.Bytes.Length; i++)
            tensor.Bytes[i] = (byte)(type == DataType.Bool ? i & 1 : (i * 37) + 1);
        Assert.True(OnnxFiles.RoundTrip(tensor).BitwiseEquals(tensor));
    }

    [Fact]
    public void Constants_OfStrings_KeepTheirText()
    {
        using Tensor tensor = Tensor.Create(["", "grün", "日本"], new TensorShape(3));
        Assert.True(OnnxFiles.RoundTrip(tensor).BitwiseEquals(tensor));
    }

    [Fact]
    public void Constants_ScalarAndEmpty_KeepTheirShape()
    {
        Assert.Equal(TensorShape.Scalar, OnnxFiles.RoundTrip(Tensor.Scalar(3L)).Shape);
        Assert.Equal(new TensorShape(2, 0), OnnxFiles.RoundTrip(new Tensor(DataType.Float32, new TensorShape(2, 0))).Shape);
    }
}
