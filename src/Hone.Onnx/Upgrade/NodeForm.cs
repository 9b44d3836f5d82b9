using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Onnx.Upgrade;

/// <summary>A node on its way from the form in the file to the newest one. Upgrades change it, and may put helper nodes before it.</summary>
internal sealed class NodeForm(
    GraphBuilder builder,
    IReadOnlySet<string> namesInFile,
    string name,
    string operatorName,
    List<Value?> inputs,
    AttributeMap attributes,
    List<string?> outputs)
{
    internal string Name { get; } = name;

    internal string OperatorName { get; set; } = operatorName;

    internal List<Value?> Inputs { get; } = inputs;

    internal AttributeMap Attributes { get; set; } = attributes;

    /// <value>Names of the outputs; null where one is left out.</value>
    internal List<string?> Outputs { get; } = outputs;

    internal Value? Input(int index) => index < Inputs.Count ? Inputs[index] : null;

    /// <summary>An input that the operator cannot do without.</summary>
    internal Value RequireInput(int index) => Input(index) ?? throw new ModelFormatException(Name, OperatorName, $"input {index} is missing.");

    internal void SetInput(int index, Value? value)
    {
        while (Inputs.Count <= index)
            Inputs.Add(null);
        Inputs[index] = value;
    }

    /// <summary>Lets an attribute of integers become an int64 input. Nothing happens where the node does not have the attribute.</summary>
    internal void MoveIntsToInput(string attribute, int index)
    {
        if (Attributes.GetInts(attribute) is not { } values)
            return;
        SetInput(index, Constant(attribute, Tensor.Vector<long>(values)));
        Attributes = Attributes.Without(attribute);
    }

    /// <summary>A new constant for this node.</summary>
    internal Value Constant(string suffix, Tensor tensor) => builder.Constant(UniqueName(suffix), tensor);

    /// <summary>A new scalar constant of the element type of a value; float32 where that is not known.</summary>
    internal Value ScalarLike(Value like, string suffix, float number) => Constant(suffix, like.DataType switch
    {
        DataType.Float64 => Tensor.Scalar((double)number),
        DataType.Float16 => Tensor.Scalar((Half)number),
        DataType.BFloat16 => Tensor.Scalar((BFloat16)number),
        DataType.Int64 => Tensor.Scalar((long)number),
        DataType.Int32 => Tensor.Scalar((int)number),
        _ => Tensor.Scalar(number),
    });

    /// <summary>A new node of one output before this one, in the newest form.</summary>
    internal Value Node(string operatorName, ReadOnlySpan<Value?> inputs, AttributeMap? attributes = null) =>
        builder.Node(operatorName, inputs, attributes, UniqueName(operatorName));

    /// <summary>A name after the node's that no value has, nor will have when the rest of the file is read.</summary>
    internal string UniqueName(string suffix)
    {
        string wanted = $"{Name}_{suffix}";
        string unique = builder.UniqueName(wanted);
        for (int i = 1; namesInFile.Contains(unique); i++)
            unique = builder.UniqueName($"{wanted}_{i}");
        return unique;
    }

    internal UnsupportedOperatorException Unsupported(string reason) => new([new UnsupportedOperator(OperatorName, reason, [Name])]);
}
