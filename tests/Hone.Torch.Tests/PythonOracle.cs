using System.Diagnostics;
using System.Text.Json;

namespace Hone.Torch.Tests;

/// <summary>Runs a script on Debian's PyTorch and reads the JSON that it prints.</summary>
internal static class PythonOracle
{
    private const string Python = "/usr/bin/python3";

    /// <value>Whether this machine has PyTorch.</value>
    internal static bool IsAvailable { get; } = File.Exists(Python) && Run("-c", "import torch").ExitCode == 0;

    internal static JsonElement RunScript(params string[] pathParts)
    {
        (int exitCode, string output, string error) = Run(Path.Combine([AppContext.BaseDirectory, .. pathParts]));
        Assert.True(exitCode == 0, error);
        using JsonDocument document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
