using Hone.Graphs;
using Hone.Operators.Elementwise;
using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>A tensor written in the node.</summary>
/// <remarks>
/// ONNX operator <c>Constant</c>, opset 12 and up: no inputs. One attribute of value (a tensor), value_float, value_floats, value_int, value_ints,
/// value_string and value_strings. Importers turn it into a constant of the graph.
/// </remarks>
internal sealed class Constant : Operator
{
    public override string Name => "Constant";

    public override int SinceVersion => 12;

    public override (int Minimum, int Maximum) InputCount => (0, 0);

    public override void InferTypes(InferenceContext context)
    {
        Tensor tensor = Tensor(context.Attributes);
        bool isSmallInteger = tensor.DataType == DataType.Int64 && tensor.Shape.Rank <= 1 && tensor.ElementCount <= ShapeArithmetic.LongestContents;
        Dimension[]? contents = isSmallInteger ? Array.ConvertAll(tensor.ToInt64Array(), Dimension.Fixed) : null;
        context.SetOutput(0, tensor.DataType, new SymbolicShape(tensor.Shape), contents);
    }

    public override void Evaluate(EvaluationContext context) => context.SetOutput(0, Tensor(context.Attributes).Clone());

    private static Tensor Tensor(AttributeMap attributes)
    {
        if (attributes.GetTensor("value") is { } tensor)
            return tensor;
        if (attributes.GetFloats("value_floats") is { } floats)
            return Tensors.Tensor.Create(floats, floats.Length);
        if (attributes.GetInts("value_ints") is { } ints)
            return Tensors.Tensor.Create(ints, ints.Length);
        if (attributes.GetStrings("value_strings") is { } strings)
            return Tensors.Tensor.Create(strings, new TensorShape(strings.Length));
        if (attributes.Contains("value_float"))
            return Tensors.Tensor.Scalar(attributes.GetFloat("value_float", 0));
        if (attributes.Contains("value_int"))
            return Tensors.Tensor.Scalar(attributes.GetInt("value_int", 0));
        if (attributes.Contains("value_string"))
            return Tensors.Tensor.Create([attributes.GetString("value_string", "")], TensorShape.Scalar);
        throw new HoneException("The node has no value.");
    }
}
