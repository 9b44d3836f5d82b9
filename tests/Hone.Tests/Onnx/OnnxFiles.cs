using Google.Protobuf;
using Hone.Graphs;
using Hone.Onnx;
using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Tests.Onnx;

/// <summary>Makes ONNX files in memory.</summary>
internal static class OnnxFiles
{
    internal static byte[] Save(Model model, OnnxWriteOptions? options = null)
    {
        using MemoryStream stream = new();
        OnnxWriter.Save(model, stream, options);
        return stream.ToArray();
    }

    internal static Model RoundTrip(Model model) => OnnxReader.Load(Save(model));

    /// <summary>The tensor as it comes back as a constant of a saved model.</summary>
    internal static Tensor RoundTrip(Tensor tensor)
    {
        GraphBuilder builder = new();
        builder.Output(builder.Node("Identity", [builder.Constant("c", tensor)]), "y");
        return RoundTrip(new Model(builder.Build())).Graph.FindValue("c")!.Constant!;
    }

    internal static ModelProto Parse(byte[] file) => ModelProto.Parser.ParseFrom(file);

    internal static Model Load(ModelProto proto, OnnxReadOptions? options = null) => OnnxReader.Load(proto.ToByteArray(), options);

    /// <summary>A model of one graph without inputs and outputs, to be filled.</summary>
    internal static ModelProto Empty(long opset = 13)
    {
        ModelProto proto = new() { IrVersion = 8, Graph = new GraphProto { Name = "g" } };
        proto.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        return proto;
    }
}
