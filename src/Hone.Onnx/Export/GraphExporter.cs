using Google.Protobuf;
using Hone.Graphs;
using Hone.Onnx.Protobuf;
using Hone.Tensors;
using AttributeType = Hone.Onnx.Protobuf.AttributeProto.Types.AttributeType;

namespace Hone.Onnx.Export;

/// <summary>Writes graphs and the graphs nested in them.</summary>
internal sealed class GraphExporter(TensorExporter tensors)
{
    internal GraphProto Write(Graph graph)
    {
        // The checker of the format wants a name.
        GraphProto proto = new() { Name = graph.Name.Length > 0 ? graph.Name : "graph" };
        proto.Input.AddRange(graph.Inputs.Select(TypeExporter.Write));
        foreach (Value constant in graph.Constants.OrderBy(c => c.Name, StringComparer.Ordinal))
            proto.Initializer.Add(tensors.Write(constant.Name, constant.Constant!));
        proto.Node.AddRange(graph.Nodes.Select(Write));
        HashSet<Value> outputs = [.. graph.Outputs];
        // Types around quantization follow from the input at once, and there are many of them.
        proto.ValueInfo.AddRange(graph.Nodes.Where(n => !n.Is("QuantizeLinear") && !n.Is("DequantizeLinear")).SelectMany(n => n.Outputs).OfType<Value>()
            .Where(v => v.DataType != DataType.Undefined && !outputs.Contains(v)).Select(TypeExporter.Write));
        foreach (Value output in graph.Outputs)
            proto.Output.Add(TypeExporter.Write(output, OwnName(graph, output, proto)));
        return proto;
    }

    private NodeProto Write(Node node)
    {
        // Import gives a node without a name that of its first output.
        NodeProto proto = new() { Name = node.Name == node.Outputs[0]?.Name ? "" : node.Name, OpType = node.Operator.Name, Domain = node.Operator.Domain };
        // Gaps at the end say nothing, and ONNX Runtime's optimizer crashes on that of a LayerNormalization.
        proto.Input.AddRange(node.Inputs.Reverse().SkipWhile(i => i is null).Reverse().Select(i => i?.Name ?? ""));
        proto.Output.AddRange(node.Outputs.Select(o => o?.Name ?? ""));
        foreach ((string name, object value) in node.Attributes)
            proto.Attribute.Add(Write(name, value));
        return proto;
    }

    private AttributeProto Write(string name, object value)
    {
        AttributeProto proto = new() { Name = name };
        switch (value)
        {
            case long number:
                (proto.Type, proto.I) = (AttributeType.Int, number);
                break;
            case float number:
                (proto.Type, proto.F) = (AttributeType.Float, number);
                break;
            case string text:
                (proto.Type, proto.S) = (AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case Tensor tensor:
                (proto.Type, proto.T) = (AttributeType.Tensor, tensors.Write("", tensor));
                break;
            case Graph graph:
                (proto.Type, proto.G) = (AttributeType.Graph, Write(graph));
                break;
            case long[] numbers:
                proto.Type = AttributeType.Ints;
                proto.Ints.AddRange(numbers);
                break;
            case float[] numbers:
                proto.Type = AttributeType.Floats;
                proto.Floats.AddRange(numbers);
                break;
            case string[] texts:
                proto.Type = AttributeType.Strings;
                proto.Strings.AddRange(texts.Select(ByteString.CopyFromUtf8));
                break;
            default:
                throw new HoneException($"The attribute '{name}' holds {value.GetType().Name}, which ONNX does not have.");
        }

        return proto;
    }

    /// <summary>In the format a nested graph gives back only what is its own, so a value of a graph around is carried in by an Identity.</summary>
    private static string OwnName(Graph graph, Value output, GraphProto proto)
    {
        if (graph.FindValue(output.Name) == output)
            return output.Name;
        string name = $"{output.Name}_inner";
        while (graph.FindValue(name) is not null)
            name += "_";
        NodeProto identity = new() { Name = $"{name}_identity", OpType = "Identity" };
        identity.Input.Add(output.Name);
        identity.Output.Add(name);
        proto.Node.Add(identity);
        return name;
    }
}
