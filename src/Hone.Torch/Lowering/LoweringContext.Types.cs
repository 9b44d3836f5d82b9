using Hone.Graphs;
using Hone.Tensors;
using Hone.Torch.Capture;

namespace Hone.Torch.Lowering;

public sealed partial class LoweringContext
{
    /// <summary>Casts unless the type is the same.</summary>
    public Value Cast(Value value, DataType type)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.DataType == type ? value : Node("Cast", [value], ("to", type));
    }

    /// <summary>A tensor or number argument as a value of a type.</summary>
    /// <exception cref="UnsupportedLoweringException">The argument is neither.</exception>
    public Value Operand(int index, DataType type) => Operand(Argument(index), type);

    /// <summary>The type in which PyTorch computes with two arguments, tensors or numbers.</summary>
    public DataType CommonType(int left, int right) => CommonType(Argument(left), Argument(right));

    internal Value Operand(object? argument, DataType type) => argument switch
    {
        TraceValue value => Cast(_graph.ValueOf(value), type),
        double number => Scalar(number, type),
        long number => Scalar(number, type),
        bool flag => Scalar(flag ? 1 : 0, type),
        SizeExpression size => Cast(Node("Squeeze", [SizeValue(size), Vector(0)]), type),
        _ => throw Unsupported("an operand must be a tensor or a number"),
    };

    internal static DataType CommonType(object? left, object? right)
    {
        (int leftCategory, int leftPriority, DataType leftType) = Describe(left);
        (int rightCategory, int rightPriority, DataType rightType) = Describe(right);
        // PyTorch: a number or a tensor without dimensions only decides where it is of a higher category (bool, integer, floating point).
        if (leftCategory != rightCategory)
            return leftCategory > rightCategory ? Lift(leftType, leftPriority) : Lift(rightType, rightPriority);
        if (leftPriority != rightPriority)
            return leftPriority > rightPriority ? leftType : rightType;
        return Wider(leftType, rightType);
    }

    private static DataType Lift(DataType type, int priority) => priority == 0 && type == DataType.Float64 ? DataType.Float32 : type;

    private static (int Category, int Priority, DataType Type) Describe(object? operand)
    {
        (int priority, DataType type) = operand switch
        {
            TraceValue value => (value.Shape.Length == 0 ? 1 : 2, value.DataType.ToHone()),
            double => (0, DataType.Float64),
            bool => (0, DataType.Bool),
            long or SizeExpression => (0, DataType.Int64),
            _ => throw Unsupported("an operand must be a tensor or a number"),
        };
        return (type.IsFloatingPoint() ? 2 : type == DataType.Bool ? 0 : 1, priority, type);
    }

    private static DataType Wider(DataType left, DataType right)
    {
        if (left == right)
            return left;
        if (left.IsFloatingPoint())
            return left.BitWidth() == right.BitWidth() ? DataType.Float32 : left.BitWidth() > right.BitWidth() ? left : right;
        if (left.BitWidth() != right.BitWidth())
            return left.BitWidth() > right.BitWidth() ? left : right;
        return DataType.Int16; // uint8 and int8
    }
}
