using Hone.Tensors;

namespace Hone.Operators.Reduction;

/// <summary>The lines of a dense tensor along one axis: where each begins, how far its elements lie apart.</summary>
internal readonly struct AxisBlocks
{
    /// <summary>The lines along an axis.</summary>
    /// <exception cref="OverflowException">The tensor has more than 2^31-1 elements.</exception>
    internal AxisBlocks(TensorShape shape, int axis)
    {
        Axis = axis;
        Length = checked((int)shape[axis]);
        Step = checked((int)shape.ElementCountOf(axis + 1, shape.Rank));
        Count = checked((int)shape.ElementCountOf(0, axis) * Step);
    }

    internal int Axis { get; }

    /// <value>Elements of each line.</value>
    internal int Length { get; }

    /// <value>Distance between neighbours of a line.</value>
    internal int Step { get; }

    /// <value>Number of lines.</value>
    internal int Count { get; }

    /// <summary>Where a line begins.</summary>
    internal int Start(int line) => ((line / Step) * Length * Step) + (line % Step);
}
