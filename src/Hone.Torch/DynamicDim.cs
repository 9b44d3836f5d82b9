namespace Hone.Torch;

/// <summary>A dimension of the inputs that may take other sizes than in the example.</summary>
public sealed record DynamicDim
{
    /// <summary>Names a dimension and says where it occurs.</summary>
    /// <param name="name">Its symbol in the graph, for example <c>sequence</c>.</param>
    /// <param name="axes">Input and axis of each occurrence, both from 0; all have the same size in the example.</param>
    public DynamicDim(string name, params IReadOnlyList<(int Input, int Axis)> axes)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(axes);
        Name = name;
        Axes = axes;
    }

    /// <value>The symbol.</value>
    public string Name { get; }

    /// <value>Where it occurs.</value>
    public IReadOnlyList<(int Input, int Axis)> Axes { get; }

    /// <value>Sizes are multiples of this number, which capture keeps to when it tries others than the example's. Default 1.</value>
    public long Multiple { get; init; } = 1;
}
