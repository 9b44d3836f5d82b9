namespace Hone.Operators.Signal;

/// <summary>Fourier transforms and window functions.</summary>
internal static class SignalOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new BlackmanWindow(),
        new Dft(),
        new HammingWindow(),
        new HannWindow(),
        new MelWeightMatrix(),
        new Stft(),
    ];
}
