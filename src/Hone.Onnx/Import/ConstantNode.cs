using Hone.Onnx.Protobuf;
using Hone.Tensors;

namespace Hone.Onnx.Import;

/// <summary>Reads the tensor of a <c>Constant</c> node, which has one of eight attributes.</summary>
internal sealed class ConstantNode(TensorImporter tensors)
{
    private readonly AttributeImporter _attributes = new(tensors);

    /// <param name="node">The node.</param>
    /// <param name="arguments">The values of the attributes of the function around, or null.</param>
    /// <exception cref="ModelFormatException">The node does not have exactly one value.</exception>
    internal Tensor Read(NodeProto node, IReadOnlyDictionary<string, object>? arguments)
    {
        if (node.Attribute.Count != 1)
            throw Broken(node, $"has {node.Attribute.Count} attributes, expected one value");
        AttributeProto attribute = node.Attribute[0];
        object? value = attribute.RefAttrName.Length > 0 ? arguments?.GetValueOrDefault(attribute.RefAttrName) : _attributes.Read(attribute);
        return (attribute.Name, value) switch
        {
            // Of an attribute of the function, which several calls may share.
            ("value", Tensor tensor) => attribute.RefAttrName.Length > 0 ? tensor.Clone() : tensor,
            ("sparse_value", Tensor tensor) => tensor,
            ("value_int", long number) => Tensor.Scalar(number),
            ("value_ints", long[] numbers) => Tensor.Vector<long>(numbers),
            ("value_float", float number) => Tensor.Scalar(number),
            ("value_floats", float[] numbers) => Tensor.Vector<float>(numbers),
            ("value_string", string text) => Tensor.Create([text], TensorShape.Scalar),
            ("value_strings", string[] texts) => Tensor.Create(texts, new TensorShape(texts.Length)),
            _ => throw Broken(node, $"has the attribute '{attribute.Name}', which gives no value"),
        };
    }

    private static ModelFormatException Broken(NodeProto node, string what) => new(node.Name, node.OpType, $"the node {what}.");
}
