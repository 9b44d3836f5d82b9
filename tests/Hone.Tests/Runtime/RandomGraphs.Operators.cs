using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Movements, selections, reductions and products. The first dimension is the batch and stays.</summary>
internal sealed partial class RandomGraphs
{
    private Value Reduction(Value x)
    {
        int rank = x.Shape!.Rank;
        long[] axes = rank == 4 ? Pick<long[]>([2, 3], [1], [3], [1, 2], [1, 3], [-1, 1, 2]) : [rank - 1];
        return Node(Pick("ReduceMean", "ReduceMax", "ReduceMin", "ReduceSum", "ReduceL2"), [x, Ints("axes", axes)], ("keepdims", 1));
    }

    private Value Slice(Value x)
    {
        int axis = _random.Next(1, x.Shape!.Rank);
        long size = x.Shape[axis].Value;
        return _random.Next(3) switch
        {
            0 => Node("Slice", [x, Ints("starts", -1), Ints("ends", -size - 1), Ints("axes", axis), Ints("steps", -1)]),
            1 => Node("Slice", [x, Ints("starts", 0), Ints("ends", long.MaxValue), Ints("axes", axis), Ints("steps", 2)]),
            _ => Node("Slice", [x, Ints("starts", size > 1 ? 1 : 0), Ints("ends", size), Ints("axes", axis)]),
        };
    }

    private IEnumerable<Value> Split(Value x)
    {
        int axis = _random.Next(1, x.Shape!.Rank);
        long size = x.Shape[axis].Value, first = _random.NextInt64(1, Math.Max(2, size));
        if (first == size)
            return [Node("Identity", [x])];
        string[] names = [Name("Split"), Name("Split")];
        return _builder.Node("Split", [x, Ints("split", first, size - first)], names, AttributeMap.Of(("axis", axis)), names[0]).Outputs.Select(o => o!);
    }

    private long[] PadsOf(Value x)
    {
        long[] pads = new long[2 * x.Shape!.Rank];
        foreach (int side in new[] { 0, x.Shape.Rank })
        {
            for (int axis = 1; axis < x.Shape.Rank; axis++)
                pads[side + axis] = x.Shape[axis].Value < 12 ? _random.Next(2) : 0;
        }

        return pads;
    }

    private Value Resize(Value x)
    {
        Value scales = _builder.Constant(Name("scales"), Tensor.Vector(1f, 1f, Pick(0.5f, 1f, 1.5f), Pick(1f, 2f)));
        string transformation = Pick("half_pixel", "asymmetric", "align_corners");
        return Node("Resize", [x, null, scales], ("mode", Pick("nearest", "linear")), ("coordinate_transformation_mode", transformation));
    }

    /// <summary>By weights, or by a transposition of itself.</summary>
    private Value Product(Value x)
    {
        int rank = x.Shape!.Rank;
        long columns = x.Shape[-1].Value;
        if (_random.Next(2) == 0 || rank != 4)
            return Node("MatMul", [x, Random([columns, _random.Next(1, 9)])]);
        Value turned = Node("Transpose", [x], ("perm", new[] { 0L, 1, 3, 2 }));
        return Node("Tanh", [Node("MatMul", [x, turned])]);
    }

    /// <summary>Comparisons, logic and <c>Where</c>; casts there and back; a row repeated by <c>Expand</c>.</summary>
    private Value Choice(Value x)
    {
        Value partner = Partner(x);
        Value condition = Node(Pick("Less", "GreaterOrEqual", "Greater", "LessOrEqual", "Equal"), [x, _random.Next(2) == 0 ? partner : Scalar()]);
        if (_random.Next(2) == 0)
            condition = Node(Pick("And", "Or", "Xor"), [condition, Node("Not", [Node("Less", [partner, Scalar()])])]);
        return _random.Next(3) switch
        {
            0 => Node("Where", [condition, x, partner]),
            1 => Node("Where", [condition, Scalar(), x]),
            _ => Node("Mul", [x, Node("Cast", [condition], ("to", DataType.Float32))]),
        };
    }

    private Value Blocks(Value x)
    {
        bool isEven = x.Shape![2].Value % 2 == 0 && x.Shape[3].Value % 2 == 0;
        if (x.Shape[1].Value % 4 == 0)
            return Node("DepthToSpace", [x], ("blocksize", 2), ("mode", Pick("DCR", "CRD")));
        return isEven ? Node("SpaceToDepth", [x], ("blocksize", 2)) : Node("Tile", [x, Ints("repeats", 1, 2, 1, 1)]);
    }

    private Value Normalization(Value x)
    {
        long length = x.Shape![-1].Value;
        return Node("LayerNormalization", [x, Random([length]), Random([length])], ("axis", -1L), ("epsilon", 0.1f));
    }

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Next(choices.Length)];

    private Value Scalar() => Constant(_random.NextSingle());

    private Value Constant(float number) => _builder.Constant(Name("scalar"), Tensor.Scalar(number));

    private Value Ints(string name, params long[] numbers) => _builder.Constant(Name(name), Tensor.Vector<long>(numbers));

    private Value Random(long[] dimensions)
    {
        Tensor tensor = RandomTensors.Create(_random, DataType.Float32, dimensions);
        foreach (ref float element in tensor.AsSpan<float>())
            element /= 2;
        return _builder.Constant(Name("weights"), tensor);
    }

    private Value Node(string operatorName, Value?[] inputs, params (string, object)[] attributes) =>
        _builder.Node(operatorName, inputs, AttributeMap.Of(attributes), Name(operatorName));

    private string Name(string prefix) => $"{prefix}{_names++}";
}
