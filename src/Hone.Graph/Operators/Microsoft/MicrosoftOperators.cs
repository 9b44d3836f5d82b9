namespace Hone.Operators.Microsoft;

/// <summary>Operators of the domain <c>com.microsoft</c> that quantized and transformer models use.</summary>
internal static class MicrosoftOperators
{
    internal static IEnumerable<Operator> All =>
    [
    ];
}
