using System.Numerics;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.LinearAlgebra;

/// <summary>Sums of products over the axes that an equation in Einstein's notation names.</summary>
/// <remarks>
/// ONNX operator <c>Einsum</c>, opset 12. Inputs of one type, floating-point or a 32- or 64-bit integer; attribute <c>equation</c>, with ellipses,
/// repeated labels (diagonals) and implicit output as in NumPy; an axis of size 1 broadcasts. Sums are made in the input's type, half types in
/// float32; integers wrap around.
/// </remarks>
internal sealed class Einsum : Operator
{
    /// <summary>Products that a node may ask for; the sizes multiply, so that a small file could ask for years.</summary>
    private const double MostProducts = 1L << 36;

    public override string Name => "Einsum";

    public override int SinceVersion => 12;

    public override (int Minimum, int Maximum) InputCount => (1, int.MaxValue);

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        MatrixTypes.Require(node, "input 0", context.DataType(0));
        SymbolicShape?[] shapes = new SymbolicShape?[node.Inputs.Count];
        for (int i = 0; i < shapes.Length; i++)
        {
            node.RequireType($"input {i}", context.DataType(i), context.DataType(0));
            shapes[i] = context.Shape(i);
        }

        SymbolicShape[] known = shapes.OfType<SymbolicShape>().ToArray();
        if (known.Length < shapes.Length)
        {
            context.SetOutput(0, context.DataType(0), null);
            return;
        }

        EinsumEquation equation = EinsumEquation.Parse(node, Array.ConvertAll(known, s => s.Rank));
        Dimension[] sizes = Sizes(node, equation, known);
        context.SetOutput(0, context.DataType(0), new SymbolicShape(Array.ConvertAll(equation.Output, label => sizes[label])));
    }

    public override void Evaluate(EvaluationContext context)
    {
        switch (context.Input(0).DataType)
        {
            case DataType.Float64: Evaluate<double>(context); break;
            case DataType.Int32: Evaluate<int>(context); break;
            case DataType.Int64: Evaluate<long>(context); break;
            case DataType.UInt32: Evaluate<uint>(context); break;
            case DataType.UInt64: Evaluate<ulong>(context); break;
            default: Evaluate<float>(context); break;
        }
    }

    /// <summary>The size of each label.</summary>
    private static Dimension[] Sizes(Node node, EinsumEquation equation, SymbolicShape[] shapes)
    {
        Dimension[] sizes = new Dimension[equation.LabelCount];
        bool[] seen = new bool[sizes.Length];
        for (int i = 0; i < shapes.Length; i++)
        {
            for (int axis = 0; axis < shapes[i].Rank; axis++)
            {
                int label = equation.Inputs[i][axis];
                Dimension size = shapes[i][axis];
                if (!seen[label] || sizes[label] == 1)
                    sizes[label] = size;
                else if (size != 1)
                    sizes[label] = node.Same($"two axes of the same label, axis {axis} of input {i} one of them,", sizes[label], size);
                seen[label] = true;
            }
        }

        return sizes;
    }

    private static void Evaluate<T>(EvaluationContext context)
        where T : unmanaged, INumber<T>
    {
        Node node = context.Node;
        Tensor[] inputs = [.. Enumerable.Range(0, context.InputCount).Select(context.Input)];
        EinsumEquation equation = EinsumEquation.Parse(node, Array.ConvertAll(inputs, t => t.Shape.Rank));
        Dimension[] sizes = Sizes(node, equation, Array.ConvertAll(inputs, t => new SymbolicShape(t.Shape)));
        TensorShape shape = node.Concrete(new SymbolicShape(Array.ConvertAll(equation.Output, label => sizes[label])), inputs[0].DataType);
        if (sizes.Aggregate(1.0, (product, size) => product * size.Value) > MostProducts)
            throw node.Error($"the equation over sizes [{string.Join(", ", sizes)}] asks for more than 2^36 products.");

        // The output's labels outermost, so that each output element is finished before the next.
        int[] order = [.. equation.Output, .. Enumerable.Range(0, equation.LabelCount).Except(equation.Output)];
        T[][] elements = Array.ConvertAll(inputs, t => TensorConversion.Widen<T>(t).ToArray());
        long[][] steps = new long[inputs.Length][];
        for (int i = 0; i < inputs.Length; i++)
            steps[i] = Steps(inputs[i].Shape, equation.Inputs[i], order);
        long[] counts = Array.ConvertAll(order, label => sizes[label].Value);

        T[] output = new T[shape.ElementCount];
        EinsumWalk walk = new(counts, steps, equation.Output.Length);
        for (int i = 0; i < output.Length; i++)
        {
            T sum = T.Zero;
            for (bool more = walk.BeginSum(i); more; more = walk.Next())
            {
                T product = elements[0][walk.Places[0]];
                for (int input = 1; input < elements.Length; input++)
                    product *= elements[input][walk.Places[input]];
                sum += product;
            }

            output[i] = sum;
        }

        context.SetOutput(0, TensorConversion.Narrow<T>(output, inputs[0].DataType, shape));
    }

    /// <summary>How far an input moves when a label of the order advances; a repeated label moves along a diagonal.</summary>
    private static long[] Steps(TensorShape shape, int[] labels, int[] order)
    {
        long[] strides = shape.Strides();
        long[] steps = new long[order.Length];
        for (int axis = 0; axis < labels.Length; axis++)
        {
            if (shape[axis] != 1)
                steps[Array.IndexOf(order, labels[axis])] += strides[axis];
        }

        return steps;
    }
}
