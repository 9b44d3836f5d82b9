using System.CommandLine;
using Hone.Cli.Commands;
using Spectre.Console;

namespace Hone.Cli;

/// <summary>The tool: parses the command line, runs a command, and turns errors into one line and an exit code.</summary>
public static class HoneTool
{
    private const string Description = """
        Makes ONNX models smaller and faster, and proves it.

        Exit codes: 0 done, 1 failed (one line says why), 2 wrong command line, 130 cancelled.
        """;

    /// <summary>Runs one command line.</summary>
    /// <param name="args">Without the program's name.</param>
    /// <param name="output">Where results go.</param>
    /// <param name="error">Where progress and errors go.</param>
    /// <param name="cancellationToken">Cancels like Ctrl+C.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        IAnsiConsole results = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        IAnsiConsole progress = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        ToolContext context = new(output, results, progress);
        RootCommand root = new(Description)
        {
            TourCommand.Create(context),
            InspectCommand.Create(context),
            OptimizeCommand.Create(context),
            QuantizeCommand.Create(context),
            RunCommand.Create(context),
            CompareCommand.Create(context),
            BenchCommand.Create(context),
        };
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors)
                await error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            await error.WriteLineAsync("Try 'hone --help'.").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        try
        {
            InvocationConfiguration invocation = new() { Output = output, Error = error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("Cancelled.").ConfigureAwait(false);
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (e is HoneException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            await error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failure;
        }
    }
}
