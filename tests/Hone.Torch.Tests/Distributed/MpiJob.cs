using System.Diagnostics;
using Hone.Torch.Distributed;

namespace Hone.Torch.Tests.Distributed;

/// <summary>Starts this test program several times under <c>mpirun</c>, each running one method of <see cref="MpiJobs"/>.</summary>
internal static class MpiJob
{
    private const string Launcher = "/usr/bin/mpirun";

    /// <value>Whether this process is one of a job.</value>
    internal static bool IsRank => Environment.GetEnvironmentVariable("OMPI_COMM_WORLD_SIZE") is not null;

    internal static void SkipUnlessInstalled() => Assert.SkipUnless(File.Exists(Launcher) && MpiProcessGroup.IsAvailable, "Open MPI is not installed.");

    internal static (int ExitCode, string Output) Run(int processes, string method, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(Launcher) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--allow-run-as-root", "--oversubscribe", "--mca", "btl", "self,vader", "-n", processes.ToString(), Environment.ProcessPath!,
            // Under the test host the program is given by its assembly.
            .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(MpiJobs).Assembly.Location] : Array.Empty<string>(),
            "-method", $"{typeof(MpiJobs).FullName}.{method}",
        ];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        start.Environment["OMP_NUM_THREADS"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + error.Result;
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The job did not end: {output}");
        }

        return (process.ExitCode, output);
    }
}
