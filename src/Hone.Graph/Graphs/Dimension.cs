namespace Hone.Graphs;

/// <summary>One dimension of a value's shape: a number, a symbol such as <c>N</c> or <c>2*N</c>, or unknown.</summary>
/// <remarks>
/// Arithmetic keeps what is known: two numbers give a number; a symbol gives a symbol whose name is the expression, which ONNX allows
/// as <c>dim_param</c>; anything else gives unknown. Symbols are equal when their text is.
/// </remarks>
public readonly record struct Dimension
{
    /// <summary>Longer expressions help nobody and would grow without bound along a deep graph.</summary>
    private const int LongestSymbol = 64;

    private readonly long _value;

    private Dimension(bool isFixed, long value, string? symbol)
    {
        IsFixed = isFixed;
        _value = value;
        Symbol = symbol;
    }

    /// <value>A dimension of which nothing is known.</value>
    public static Dimension Unknown => default;

    /// <value>Whether it is a number.</value>
    public bool IsFixed { get; }

    /// <value>Whether neither a number nor a symbol is known.</value>
    public bool IsUnknown => !IsFixed && Symbol is null;

    /// <value>The number.</value>
    /// <exception cref="InvalidOperationException">It is not a number.</exception>
    public long Value => IsFixed ? _value : throw new InvalidOperationException($"The dimension '{this}' is not a number.");

    /// <value>The symbol, or null.</value>
    public string? Symbol { get; }

    /// <summary>A number; negative ones occur in shape arithmetic, never in a shape.</summary>
    public static Dimension Fixed(long value) => new(true, value, null);

    /// <summary>A symbol; an expression that is too long to be useful becomes unknown.</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static Dimension Symbolic(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.Length <= LongestSymbol ? new(false, 0, name) : Unknown;
    }

    /// <summary>A number.</summary>
    public static implicit operator Dimension(long value) => Fixed(value);

    /// <summary>The sum.</summary>
    public static Dimension operator +(Dimension left, Dimension right) =>
        left is { IsFixed: true, _value: 0 } ? right : right is { IsFixed: true, _value: 0 } ? left : Combine(left, right, '+', (a, b) => checked(a + b));

    /// <summary>The difference.</summary>
    public static Dimension operator -(Dimension left, Dimension right)
    {
        if (right is { IsFixed: true, _value: 0 })
            return left;
        return left.Symbol is not null && left.Symbol == right.Symbol ? 0 : Combine(left, right, '-', (a, b) => checked(a - b));
    }

    /// <summary>The product.</summary>
    public static Dimension operator *(Dimension left, Dimension right)
    {
        if (left is { IsFixed: true, _value: 0 } || right is { IsFixed: true, _value: 0 })
            return 0;
        if (left is { IsFixed: true, _value: 1 })
            return right;
        if (right is { IsFixed: true, _value: 1 })
            return left;
        // Numbers first and multiplied together, so that 2*N and N*2 are one symbol, and 2*(3*N) and 6*N.
        if (right.IsFixed)
            (left, right) = (right, left);
        if (left.IsFixed && TryTakeFactor(right, out long factor, out Dimension rest))
            return Fixed(checked(left._value * factor)) * rest;
        return Combine(left, right, '*', (a, b) => checked(a * b));
    }

    /// <summary>The quotient rounded towards minus infinity; a symbol whose leading number the divisor divides has it divided.</summary>
    /// <exception cref="DivideByZeroException">The divisor is the number 0.</exception>
    public static Dimension operator /(Dimension left, Dimension right)
    {
        if (right is { IsFixed: true, _value: 1 })
            return left;
        if (left.Symbol is not null && left.Symbol == right.Symbol)
            return 1;
        if (right is { IsFixed: true, _value: not 0 } && TryTakeFactor(left, out long factor, out Dimension rest) && factor % right._value == 0)
            return Fixed(factor / right._value) * rest;
        return Combine(left, right, '/', (a, b) => (a / b) - (a % b != 0 && a < 0 != b < 0 ? 1 : 0));
    }

    /// <summary>The number, the symbol, or <c>?</c>.</summary>
    public override string ToString() => IsFixed ? _value.ToString() : Symbol ?? "?";

    /// <summary>Splits a product such as <c>3*N</c> into its leading number and the rest.</summary>
    private static bool TryTakeFactor(Dimension dimension, out long factor, out Dimension rest)
    {
        (factor, rest) = (1, dimension);
        if (dimension.Symbol is not { } symbol || !IsSingleTerm(symbol) || symbol.Split('*', 2) is not [var first, var others] || !long.TryParse(first, out factor))
            return false;
        rest = Symbolic(others);
        return true;
    }

    private static Dimension Combine(Dimension left, Dimension right, char operation, Func<long, long, long> compute)
    {
        if (left.IsFixed && right.IsFixed)
            return compute(left._value, right._value);
        if (left.IsUnknown || right.IsUnknown)
            return Unknown;
        return Symbolic($"{Term(left)}{operation}{Term(right)}");
    }

    private static string Term(Dimension dimension)
    {
        string text = dimension.ToString();
        return dimension.IsFixed && dimension._value >= 0 || IsSingleTerm(text) ? text : $"({text})";
    }

    private static bool IsSingleTerm(string text) => !text.AsSpan().ContainsAny('+', '-', '/');
}
