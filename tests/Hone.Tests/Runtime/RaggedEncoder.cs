using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>A small encoder with random weights whose input <c>mask</c> [batch, length] is 1 at tokens, as exporters write it.</summary>
internal sealed class RaggedEncoder
{
    private readonly GraphBuilder _builder = new("encoder");
    private readonly string _mask;
    private readonly long _batch;
    private readonly long _length;
    private readonly long _heads;
    private readonly long _depth;
    private int _seed;

    private RaggedEncoder(string mask, long batch, long length, long heads, long depth) => (_mask, _batch, _length, _heads, _depth) = (mask, batch, length, heads, depth);

    internal static string[] MaskSpellings { get; } =
    [
        "subtracted from one", "from integers", "where equal", "condition", "expanded", "least number instead", "operator", "operator with heads inside", "length first", "heads in the batch",
    ];

    private long Width => _heads * _depth;

    private bool IsLengthFirst => _mask is "length first" or "heads in the batch";

    /// <summary>The encoder, with what follows it.</summary>
    internal static Graph Create(string mask, long batch, long length, long heads = 3, long depth = 8, int layers = 2, Func<GraphBuilder, Value, Value, Value>? head = null)
    {
        RaggedEncoder encoder = new(mask, batch, length, heads, depth);
        return encoder.Build(layers, head);
    }

    private Graph Build(int layers, Func<GraphBuilder, Value, Value, Value>? head)
    {
        DataType maskType = _mask switch { "from integers" or "where equal" or "expanded" => DataType.Int64, "condition" or "operator" or "operator with heads inside" => DataType.Bool, _ => DataType.Float32 };
        Value given = _builder.Input("mask", maskType, new SymbolicShape(new TensorShape(_batch, _length)));
        Value tokens = _builder.Input("tokens", DataType.Float32, new SymbolicShape(IsLengthFirst ? new TensorShape(_length, _batch, Width) : new TensorShape(_batch, _length, Width)));
        Value positions = IsLengthFirst ? Floats(_length, 1, Width) : Floats(_length, Width);
        Value x = Norm(_builder.Node("Add", [tokens, positions])), mask = Mask(given);
        for (int layer = 0; layer < layers; layer++)
        {
            x = Norm(_builder.Node("Add", [x, Linear(Attention(x, mask), Width, Width)]));
            Value hidden = _builder.Node(layer % 2 == 0 ? "Gelu" : "Tanh", [Linear(x, Width, 2 * Width)]);
            x = Norm(_builder.Node("Add", [Linear(hidden, 2 * Width, Width), x]));
        }

        _builder.Output(x, "y");
        if (head is not null)
            _builder.Output(head(_builder, x, given), "head");
        return _builder.Build();
    }

    private Value Attention(Value x, Value mask)
    {
        (Value q, Value k, Value v) = _mask == "from integers" ? Parts(Linear(x, Width, 3 * Width)) : (Linear(x, Width, Width), Linear(x, Width, Width), Linear(x, Width, Width));
        if (_mask == "operator with heads inside")
            return _builder.Node("Attention", [q, k, v, mask], AttributeMap.Of(("q_num_heads", _heads), ("kv_num_heads", _heads)));
        q = Split(q);
        v = Split(v);
        Value context;
        if (_mask == "operator")
        {
            context = _builder.Node("Attention", [q, Split(k), v, mask]);
        }
        else
        {
            Value transposed = _mask == "heads in the batch" ? _builder.Node("Transpose", [Split(k)], Permutation([0, 1, 3, 2])) : _builder.Node("Transpose", [Reshape(k, IsLengthFirst ? _length : _batch, IsLengthFirst ? _batch : _length, _heads, _depth)], Permutation(IsLengthFirst ? [1, 2, 3, 0] : [0, 2, 3, 1]));
            Value scores = _builder.Node("Mul", [_builder.Node("MatMul", [q, transposed]), Scalar(0.3f)]);
            scores = _mask switch
            {
                "condition" => _builder.Node("Where", [mask, scores, Scalar(float.NegativeInfinity)]),
                "length first" => _builder.Node("Where", [mask, Scalar(float.NegativeInfinity), scores]),
                "least number instead" => _builder.Node("Where", [mask, Scalar(float.MinValue), scores]),
                _ => _builder.Node("Add", [scores, mask]),
            };
            context = _builder.Node("MatMul", [_builder.Node("Softmax", [scores], AttributeMap.Of(("axis", -1L))), v]);
        }

        Value joined = _builder.Node("Transpose", [context], Permutation(IsLengthFirst ? [2, 0, 1, 3] : [0, 2, 1, 3]));
        return IsLengthFirst ? Reshape(joined, _length, _batch, Width) : Reshape(joined, _batch, _length, Width);
    }

    /// <summary>Queries and keys by slices, values by a split.</summary>
    private (Value Q, Value K, Value V) Parts(Value joined)
    {
        Value Slice(long first) => _builder.Node("Slice", [joined, Vector(first), Vector(first + Width), Vector(-1)]);
        Value values = _builder.Node("Split", [joined, _builder.Constant(Name("parts"), Tensor.Create(new[] { 2 * Width, Width }, 2))], [Name("rest"), Name("values")], AttributeMap.Of(("axis", 2L))).Outputs[1]!;
        return (Slice(0), Slice(Width), values);
    }

    private Value Vector(long number) => _builder.Constant(Name("vector"), Tensor.Create(new[] { number }, 1));

    private Value Mask(Value given)
    {
        Value keys = _builder.Node("Unsqueeze", [given, _builder.Constant(Name("axes"), Tensor.Create(new long[] { 1, 2 }, 2))]);
        switch (_mask)
        {
            case "subtracted from one":
                return _builder.Node("Mul", [_builder.Node("Sub", [Scalar(1), keys]), Scalar(-10000)]);
            case "from integers":
                Value floats = _builder.Node("Cast", [keys], AttributeMap.Of(("to", 1L)));
                return _builder.Node("Mul", [_builder.Node("Sub", [Scalar(1), floats]), Scalar(float.MinValue)]);
            case "where equal":
                Value isPadding = _builder.Node("Equal", [keys, _builder.Constant(Name("zero"), Tensor.Scalar(0L))]);
                return _builder.Node("Where", [isPadding, Scalar(float.NegativeInfinity), Scalar(0)]);
            case "expanded":
                Value expanded = _builder.Node("Expand", [keys, _builder.Constant(Name("shape"), Tensor.Create(new[] { _batch, 1, _length, _length }, 4))]);
                Value inverted = _builder.Node("Sub", [Scalar(1), _builder.Node("Cast", [expanded], AttributeMap.Of(("to", 1L)))]);
                return _builder.Node("Where", [_builder.Node("Cast", [inverted], AttributeMap.Of(("to", 9L))), Scalar(float.MinValue), inverted]);
            case "length first" or "least number instead":
                return _builder.Node("Less", [keys, Scalar(0.5f)]);
            case "heads in the batch":
                Value numbers = _builder.Node("Where", [_builder.Node("Less", [given, Scalar(0.5f)]), Scalar(float.NegativeInfinity), Scalar(0)]);
                Value repeated = _builder.Node("Expand", [Reshape(numbers, _batch, 1, 1, _length), _builder.Constant(Name("shape"), Tensor.Create(new[] { _batch, _heads, 1, _length }, 4))]);
                return Reshape(Reshape(repeated, _batch * _heads, 1, _length), _batch, _heads, -1, _length);
            default:
                return keys;
        }
    }

    private Value Split(Value value) => _mask == "heads in the batch"
        ? Reshape(_builder.Node("Transpose", [Reshape(value, _length, _batch * _heads, _depth)], Permutation([1, 0, 2])), _batch, _heads, _length, _depth)
        : IsLengthFirst
        ? _builder.Node("Transpose", [Reshape(value, _length, _batch, _heads, _depth)], Permutation([1, 2, 0, 3]))
        : _builder.Node("Transpose", [Reshape(value, _batch, _length, _heads, _depth)], Permutation([0, 2, 1, 3]));

    private Value Norm(Value value) => _builder.Node("LayerNormalization", [value, Floats(Width), Floats(Width)], AttributeMap.Of(("axis", -1L)));

    private Value Linear(Value value, long from, long to) => _builder.Node("Add", [_builder.Node("MatMul", [value, Floats(from, to)]), Floats(to)]);

    private Value Reshape(Value value, params long[] shape) => _builder.Node("Reshape", [value, _builder.Constant(Name("shape"), Tensor.Create(shape, shape.Length))]);

    private Value Scalar(float number) => _builder.Constant(Name("number"), Tensor.Scalar(number));

    private string Name(string name) => _builder.UniqueName(name);

    private Value Floats(params long[] shape) => _builder.Constant(Name("weight"), RandomNumbers.Floats(++_seed, shape));

    private static AttributeMap Permutation(long[] permutation) => AttributeMap.Of(("perm", permutation));
}
