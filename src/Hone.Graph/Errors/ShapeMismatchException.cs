namespace Hone;

/// <summary>A tensor has another shape or data type than its place asks for.</summary>
public sealed class ShapeMismatchException : HoneException
{
    /// <summary>Creates the error.</summary>
    /// <param name="where">Name of the graph input, node or tensor, for example <c>input 'image'</c>.</param>
    /// <param name="expected">What was asked for, for example <c>float32 [N, 3, 224, 224]</c>.</param>
    /// <param name="actual">What was given.</param>
    public ShapeMismatchException(string where, string expected, string actual)
        : base($"{where}: expected {expected}, got {actual}.")
    {
        Where = where;
        Expected = expected;
        Actual = actual;
    }

    /// <value>Name of the graph input, node or tensor.</value>
    public string Where { get; }

    /// <value>What was asked for.</value>
    public string Expected { get; }

    /// <value>What was given.</value>
    public string Actual { get; }
}
