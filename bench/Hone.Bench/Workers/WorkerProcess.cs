using System.Diagnostics;
using System.Text.Json;

namespace Hone.Bench.Workers;

/// <summary>The parent side of one engine in a process of its own: some peers die of a signal on some models, and must not take the bench along.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    internal WorkerProcess(WorkerRequest request)
    {
        Engine = request.Engine;
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("worker");
        start.Environment["OMP_NUM_THREADS"] = request.Threads.ToString();
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        Failure = Ask(JsonSerializer.Serialize(request, WorkerJson.Default.WorkerRequest)).Error;
    }

    internal string Engine { get; }

    /// <value>Why the engine cannot run the case, or null.</value>
    internal string? Failure { get; private set; }

    /// <value>The times of all rounds so far.</value>
    internal List<double> Milliseconds { get; } = [];

    internal long PeakBytes { get; private set; }

    internal float[]? Output()
    {
        WorkerReply reply = Ask("output");
        Failure = reply.Error;
        return reply.Output;
    }

    internal void Round(int milliseconds)
    {
        WorkerReply reply = Ask($"round {milliseconds}");
        Failure = reply.Error;
        Milliseconds.AddRange(reply.Milliseconds ?? []);
        PeakBytes = Math.Max(PeakBytes, reply.PeakBytes);
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(5000))
                _process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It has died already; Failure says so.
        }

        _process.Dispose();
    }

    private WorkerReply Ask(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
            if (_process.StandardOutput.ReadLine() is { } reply)
                return JsonSerializer.Deserialize(reply, WorkerJson.Default.WorkerReply)!;
        }
        catch (IOException)
        {
            // The pipe broke because the process died; said below.
        }

        _process.WaitForExit(5000);
        return new WorkerReply($"the process died with exit code {(_process.HasExited ? _process.ExitCode : -1)}");
    }
}
