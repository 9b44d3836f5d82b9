using Spectre.Console;

namespace FashionMnist;

/// <summary>Moves a progress bar.</summary>
internal sealed class BarProgress(ProgressTask bar) : IProgress<(double Fraction, float Loss)>
{
    public void Report((double Fraction, float Loss) value) => bar.Value = value.Fraction;
}
