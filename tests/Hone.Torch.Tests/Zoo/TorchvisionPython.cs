using System.Diagnostics;

namespace Hone.Torch.Tests.Zoo;

/// <summary>Runs a script beside the tests with Debian's torchvision, in a folder of its own.</summary>
internal sealed class TorchvisionPython : IDisposable
{
    private const string Python = "/usr/bin/python3";

    public string Folder { get; } = Directory.CreateTempSubdirectory("hone-zoo-").FullName;

    /// <summary>Runs the script; the test is skipped where torchvision is not installed.</summary>
    public void Run(string script, params IEnumerable<string> arguments)
    {
        Assert.SkipUnless(File.Exists(Python) && Start(["-c", "import torchvision"]).ExitCode == 0, "python3-torchvision is not installed.");
        (int exitCode, string error) = Start([Path.Combine(AppContext.BaseDirectory, "Zoo", script), .. arguments]);
        Assert.True(exitCode == 0, error);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static (int ExitCode, string Error) Start(string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
