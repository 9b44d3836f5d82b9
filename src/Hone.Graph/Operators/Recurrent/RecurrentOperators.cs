namespace Hone.Operators.Recurrent;

/// <summary>Recurrent networks over a sequence.</summary>
internal static class RecurrentOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new Gru(),
        new Lstm(),
        new Rnn(),
    ];
}
