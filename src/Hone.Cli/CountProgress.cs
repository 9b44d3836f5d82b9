namespace Hone.Cli;

/// <summary>Moves a progress bar by a count of things done.</summary>
internal sealed class CountProgress(IProgress<double> bar) : IProgress<int>
{
    public void Report(int value) => bar.Report(value);
}
