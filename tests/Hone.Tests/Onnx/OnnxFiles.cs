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

    /// <summary>A model of one node whose inputs x0, x1, ... are graph inputs of float32 [2, 3, 4], and whose outputs y0, y1, ... are graph outputs.</summary>
    internal static ModelProto OneNode(long opset, string operatorName, int inputCount, int outputCount, params AttributeProto[] attributes)
    {
        ModelProto proto = Empty(opset);
        NodeProto node = new() { Name = "n", OpType = operatorName };
        node.Attribute.AddRange(attributes);
        for (int i = 0; i < inputCount; i++)
        {
            node.Input.Add($"x{i}");
            proto.Graph.Input.Add(FloatInput($"x{i}", 2, 3, 4));
        }

        for (int i = 0; i < outputCount; i++)
        {
            node.Output.Add($"y{i}");
            proto.Graph.Output.Add(new ValueInfoProto { Name = $"y{i}" });
        }

        proto.Graph.Node.Add(node);
        return proto;
    }

    internal static ValueInfoProto FloatInput(string name, params long[] dimensions)
    {
        TypeProto.Types.Tensor type = new() { ElemType = (int)DataType.Float32, Shape = new TensorShapeProto() };
        type.Shape.Dim.AddRange(dimensions.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }

    internal static NodeProto Node(string operatorName, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        NodeProto node = new() { OpType = operatorName };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        return node;
    }

    internal static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    internal static AttributeProto Float(string name, float value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    internal static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    internal static AttributeProto Ints(string name, params long[] values)
    {
        AttributeProto proto = new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        proto.Ints.AddRange(values);
        return proto;
    }

    internal static AttributeProto Floats(string name, params float[] values)
    {
        AttributeProto proto = new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
        proto.Floats.AddRange(values);
        return proto;
    }

    /// <summary>A tensor whose elements are in no field yet.</summary>
    internal static TensorProto TensorOf(DataType dataType, params long[] dimensions)
    {
        TensorProto proto = new() { Name = "c", DataType = (int)dataType };
        proto.Dims.AddRange(dimensions);
        return proto;
    }

    /// <summary>What the importer makes of an initializer.</summary>
    internal static Tensor LoadInitializer(TensorProto initializer, OnnxReadOptions? options = null)
    {
        ModelProto proto = Empty();
        proto.Graph.Initializer.Add(initializer);
        return Load(proto, options).Graph.FindValue(initializer.Name)!.Constant!;
    }
}
