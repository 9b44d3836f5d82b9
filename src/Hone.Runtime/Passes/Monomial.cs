using Hone.Graphs;

namespace Hone.Runtime.Passes;

/// <summary>A product of numbers, of powers of one value and perhaps of one other value, in any order.</summary>
/// <param name="Coefficient">The numbers.</param>
/// <param name="Power">How often the value is a factor.</param>
/// <param name="Rest">The other value, or null.</param>
internal sealed record Monomial(double Coefficient, int Power, Value? Rest)
{
    private const int MostDepth = 4;

    private static readonly Monomial s_one = new(1, 0, null);

    /// <summary>The factors of a value, or null where more than one of them is neither a number nor a power of <paramref name="x"/>.</summary>
    internal static Monomial? Of(Value value, Value x) => s_one.Times(value, x, MostDepth);

    private Monomial? Times(Value value, Value x, int depth)
    {
        if (value == x)
            return this with { Power = Power + 1 };
        float number = Matching.ScalarOf(value);
        if (!float.IsNaN(number))
            return this with { Coefficient = Coefficient * number };
        if (Matching.Producer(value, "Pow") is { } pow && pow.Inputs[0] == x && Matching.ScalarOf(pow.Inputs[1]) is 2 or 3)
            return this with { Power = Power + (int)Matching.ScalarOf(value.Producer!.Inputs[1]) };
        if (depth > 0 && Matching.Producer(value, "Mul") is { } mul)
            return Times(mul.Inputs[0]!, x, depth - 1)?.Times(mul.Inputs[1]!, x, depth - 1);
        return Rest is null ? this with { Rest = value } : null;
    }
}
