using Hone.Tensors;
using Xunit;

namespace Hone.TestKit;

/// <summary>Compares tensors.</summary>
public static class TensorAssert
{
    /// <summary>Type and shape are equal, and so are the elements: floating-point ones within a tolerance, all others exactly.</summary>
    /// <param name="expected">What is right.</param>
    /// <param name="actual">What was computed.</param>
    /// <param name="relative">Tolerance as a fraction of the expected number.</param>
    /// <param name="absolute">Tolerance added to it.</param>
    /// <param name="name">Of the tensor, for the message.</param>
    public static void Close(Tensor expected, Tensor actual, double relative = 1e-3, double absolute = 1e-5, string name = "tensor")
    {
        if (Difference(expected, actual, relative, absolute) is { } difference)
            Assert.Fail($"{name}: {difference}");
    }

    /// <summary>The first difference beyond the tolerance in words, or null.</summary>
    public static string? Difference(Tensor expected, Tensor actual, double relative, double absolute)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (expected.DataType != actual.DataType || !expected.Shape.Equals(actual.Shape))
            return $"expected {expected}, got {actual}";
        if (expected.DataType == DataType.String)
            return FirstDifference(expected.Strings.ToArray(), actual.Strings.ToArray(), (e, a) => e == a);
        return expected.DataType.IsFloatingPoint()
            ? FirstDifference(ToDoubles(expected), ToDoubles(actual), (e, a) => IsClose(e, a, relative, absolute))
            : expected.DataType == DataType.Bool
                ? FirstDifference(expected.AsSpan<bool>().ToArray(), actual.AsSpan<bool>().ToArray(), (e, a) => e == a)
                : FirstDifference(ToIntegers(expected), ToIntegers(actual), (e, a) => e == a);
    }

    private static bool IsClose(double expected, double actual, double relative, double absolute) =>
        expected.Equals(actual) || expected == actual || Math.Abs(expected - actual) <= absolute + (relative * Math.Abs(expected));

    private static double[] ToDoubles(Tensor tensor) =>
        tensor.DataType == DataType.Float64 ? tensor.AsSpan<double>().ToArray() : Array.ConvertAll(tensor.ToSingleArray(), x => (double)x);

    private static long[] ToIntegers(Tensor tensor) =>
        tensor.DataType == DataType.UInt64 ? Array.ConvertAll(tensor.AsSpan<ulong>().ToArray(), x => unchecked((long)x)) : tensor.ToInt64Array();

    private static string? FirstDifference<T>(T[] expected, T[] actual, Func<T, T, bool> isSame)
    {
        int[] differences = [.. Enumerable.Range(0, expected.Length).Where(i => !isSame(expected[i], actual[i]))];
        return differences.Length == 0
            ? null
            : $"{differences.Length} of {expected.Length} elements differ, the first at {differences[0]}: expected {expected[differences[0]]}, got {actual[differences[0]]}";
    }
}
