using Hone.Onnx.Protobuf;
using AttributeType = Hone.Onnx.Protobuf.AttributeProto.Types.AttributeType;

namespace Hone.Onnx.Import;

/// <summary>Reads the values of attributes, nested graphs aside.</summary>
internal sealed class AttributeImporter(TensorImporter tensors)
{
    /// <summary>The type of an attribute; files of the first IR versions leave it to be seen from the fields.</summary>
    internal static AttributeType TypeOf(AttributeProto attribute) => attribute.Type != AttributeType.Undefined ? attribute.Type
        : attribute.G is not null ? AttributeType.Graph
        : attribute.T is not null ? AttributeType.Tensor
        : attribute.HasF ? AttributeType.Float
        : attribute.HasI ? AttributeType.Int
        : attribute.HasS ? AttributeType.String
        : attribute.Floats.Count > 0 ? AttributeType.Floats
        : attribute.Ints.Count > 0 ? AttributeType.Ints
        : attribute.Strings.Count > 0 ? AttributeType.Strings
        : AttributeType.Undefined;

    /// <exception cref="ModelFormatException">The attribute has no value, or one of a kind that is not read here.</exception>
    internal object Read(AttributeProto attribute) => TypeOf(attribute) switch
    {
        AttributeType.Float => attribute.F,
        AttributeType.Int => attribute.I,
        AttributeType.String => attribute.S.ToStringUtf8(),
        AttributeType.Tensor when attribute.T is not null => tensors.Read(attribute.T),
        AttributeType.SparseTensor when attribute.SparseTensor is not null => tensors.ReadSparse(attribute.SparseTensor),
        AttributeType.Floats => attribute.Floats.ToArray(),
        AttributeType.Ints => attribute.Ints.ToArray(),
        AttributeType.Strings => attribute.Strings.Select(s => s.ToStringUtf8()).ToArray(),
        AttributeType type => throw new ModelFormatException($"The attribute '{attribute.Name}' of type {type} has no readable value."),
    };
}
