namespace Hone.Cli;

/// <summary>What the tool's exit codes mean.</summary>
internal static class ExitCode
{
    internal const int Success = 0;

    /// <summary>The work failed; one line on standard error says why.</summary>
    internal const int Failure = 1;

    /// <summary>The command line was wrong.</summary>
    internal const int Usage = 2;

    /// <summary>Ctrl+C.</summary>
    internal const int Cancelled = 130;
}
