using System.Diagnostics;

namespace Hone.TestKit;

/// <summary>The system's Python, whose PyTorch is an oracle where it is installed.</summary>
public static class Python
{
    private const string Interpreter = "/usr/bin/python3";

    /// <value>Whether <c>torch</c> can be imported.</value>
    public static bool HasTorch { get; } = Imports("torch");

    /// <value>Whether <c>torchvision</c> can be imported.</value>
    public static bool HasTorchvision { get; } = Imports("torch, torchvision");

    /// <summary>Runs a script and returns what it prints.</summary>
    /// <exception cref="InvalidOperationException">The script fails; the message holds its error.</exception>
    public static string Run(string script, params string[] arguments)
    {
        (int exitCode, string output, string error) = Start(script, arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"Python ended with {exitCode}: {error}");
    }

    private static bool Imports(string modules) => File.Exists(Interpreter) && Start($"import {modules}", []).ExitCode == 0;

    private static (int ExitCode, string Output, string Error) Start(string script, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Interpreter, ["-c", script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!; // null only with UseShellExecute
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
