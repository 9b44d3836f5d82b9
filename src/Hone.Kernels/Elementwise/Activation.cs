namespace Hone.Kernels.Elementwise;

/// <summary>A function of one value with its parameters; the default value is the identity.</summary>
/// <param name="Operation">The function.</param>
/// <param name="Alpha">First parameter; see <see cref="UnaryOperation"/>.</param>
/// <param name="Beta">Second parameter.</param>
public readonly record struct Activation(UnaryOperation Operation, float Alpha = 0, float Beta = 0)
{
    /// <summary>The identity.</summary>
    public static Activation None => default;

    /// <summary>max(x, 0).</summary>
    public static Activation Relu => new(UnaryOperation.Relu);

    /// <summary>x * sigmoid(x).</summary>
    public static Activation Silu => new(UnaryOperation.Silu, 1);

    /// <summary>min(max(x, low), high).</summary>
    /// <param name="low">Lower bound; may be negative infinity.</param>
    /// <param name="high">Upper bound; may be infinity.</param>
    public static Activation Clip(float low, float high) => new(UnaryOperation.Clip, low, high);

    /// <summary>True if the function is a clamp, which every kernel does in registers; then <paramref name="low"/> and
    /// <paramref name="high"/> are its bounds.</summary>
    internal bool IsClamp(out float low, out float high)
    {
        low = Operation switch { UnaryOperation.Relu => 0, UnaryOperation.Clip => Alpha, _ => float.NegativeInfinity };
        high = Operation == UnaryOperation.Clip ? Beta : float.PositiveInfinity;
        return Operation is UnaryOperation.Identity or UnaryOperation.Relu or UnaryOperation.Clip;
    }
}
