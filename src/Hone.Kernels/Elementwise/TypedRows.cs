using System.Numerics;

namespace Hone.Kernels.Elementwise;

/// <summary>Finds the kernels of elementwise functions beyond float32: comparisons, logic, selection, integer arithmetic, conversions.</summary>
public static unsafe class TypedRows
{
    /// <summary>A function of two values of type <typeparamref name="T"/>, or null where there is none of that name.</summary>
    /// <param name="name">
    /// The name of the ONNX operator: Add, Sub, Mul, Div, Min, Max give the type; Equal, Less, LessOrEqual, Greater, GreaterOrEqual give truth values.
    /// </param>
    /// <typeparam name="T">The element type; integers wrap around. A quotient of integers needs divisors other than 0 and -1.</typeparam>
    public static RowKernel? Binary<T>(string name)
        where T : unmanaged, INumber<T> => name switch
    {
        "Add" => RowLoops.Combine<RowFunctions.Add<T>, T, T>,
        "Sub" => RowLoops.Combine<RowFunctions.Subtract<T>, T, T>,
        "Mul" => RowLoops.Combine<RowFunctions.Multiply<T>, T, T>,
        "Div" => RowLoops.Combine<RowFunctions.Divide<T>, T, T>,
        "Min" => RowLoops.Combine<RowFunctions.Min<T>, T, T>,
        "Max" => RowLoops.Combine<RowFunctions.Max<T>, T, T>,
        "Pow" when typeof(T) == typeof(float) => RowLoops.Combine<RowFunctions.Power, float, float>,
        "Equal" => RowLoops.Combine<RowFunctions.Equal<T>, T, bool>,
        "Less" => RowLoops.Combine<RowFunctions.Less<T>, T, bool>,
        "LessOrEqual" => RowLoops.Combine<RowFunctions.LessOrEqual<T>, T, bool>,
        "Greater" => RowLoops.Combine<RowFunctions.Greater<T>, T, bool>,
        "GreaterOrEqual" => RowLoops.Combine<RowFunctions.GreaterOrEqual<T>, T, bool>,
        _ => null,
    };

    /// <summary>A function of truth values, which are bytes 0 and 1: And, Or, Xor, Equal, Not; null for other names.</summary>
    /// <param name="name">The name of the ONNX operator.</param>
    public static RowKernel? Logic(string name) => name switch
    {
        "And" => RowLoops.Combine<RowFunctions.And, byte, byte>,
        "Or" => RowLoops.Combine<RowFunctions.Or, byte, byte>,
        "Xor" => RowLoops.Combine<RowFunctions.Xor, byte, byte>,
        "Equal" => RowLoops.Combine<RowFunctions.Equal<byte>, byte, bool>,
        "Not" => RowLoops.Map<RowFunctions.Not, byte, byte>,
        _ => null,
    };

    /// <summary>A function of one float32 value that <see cref="UnaryOperation"/> lacks: Sin, Cos, IsNaN; null for other names.</summary>
    /// <param name="name">The name of the ONNX operator.</param>
    public static RowKernel? Unary(string name) => name switch
    {
        "Sin" => RowLoops.Map<RowFunctions.Sin, float, float>,
        "Cos" => RowLoops.Map<RowFunctions.Cos, float, float>,
        "IsNaN" => RowLoops.Map<RowFunctions.IsNaN, float, bool>,
        _ => null,
    };

    /// <summary>The conversion between two numeric types by the rules of ONNX's <c>Cast</c>.</summary>
    public static RowKernel Convert<TFrom, TTo>()
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo> => RowLoops.Map<RowFunctions.Convert<TFrom, TTo>, TFrom, TTo>;

    /// <summary>Whether a number differs from 0, as bytes 0 and 1.</summary>
    public static RowKernel IsTrue<T>()
        where T : unmanaged, INumber<T> => RowLoops.Map<RowFunctions.IsTrue<T>, T, bool>;

    /// <summary>The second argument where the first, a byte, is not 0, else the third; null for other element sizes than 1, 2, 4 and 8 bytes.</summary>
    /// <param name="elementSize">Bytes per element of the second and third argument and the result.</param>
    public static RowKernel? Select(int elementSize) => elementSize switch
    {
        1 => RowLoops.Select<byte>,
        2 => RowLoops.Select<ushort>,
        4 => RowLoops.Select32,
        8 => RowLoops.Select<ulong>,
        _ => null,
    };
}
