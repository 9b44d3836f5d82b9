using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Hone.Bench.Models;
using Spectre.Console;

namespace Hone.Bench.Memory;

/// <summary>Cold start, peak memory and bytes shipped of Hone and ONNX Runtime, each start in a process of its own, in turns.</summary>
internal static class MemoryBench
{
    private const int Rounds = 7;

    internal static Command Command(Option<string> folder, Option<string?> json)
    {
        Option<string[]> cases = new("--case") { Description = "Cases to run", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["resnet18-int8"] };
        Option<string?> program = new("--published") { Description = "tests/Hone.AotSmoke as published, by NativeAOT or ReadyToRun: a further row" };
        Command command = new("memory", "Cold start, peak memory and bytes shipped, beside ONNX Runtime.") { cases, folder, program, json };
        command.SetAction(result =>
        {
            List<MemoryRow> rows = [];
            foreach (ModelCase modelCase in ModelCases.Prepare(result.GetValue(folder)!, null, result.GetValue(cases)!))
                rows.AddRange(Run(modelCase, result.GetValue(program)));
            Write(rows);
            if (result.GetValue(json) is { } path)
                File.WriteAllText(path, JsonSerializer.Serialize(rows, MemoryRowJson.Default.ListMemoryRow));
        });
        return command;
    }

    private static List<MemoryRow> Run(ModelCase @case, string? published)
    {
        string[] engines = published is null ? ["hone", "onnxruntime"] : ["hone", "hone-published", "onnxruntime"];
        Dictionary<string, List<(double Milliseconds, long PeakBytes)>> starts = engines.ToDictionary(e => e, _ => new List<(double, long)>());
        for (int round = 0; round <= Rounds; round++)
        {
            foreach (string engine in engines)
            {
                (double, long) start = Start(engine, @case, published);
                // The first start finds the files of the engine on the disk, the others in memory.
                if (round > 0)
                    starts[engine].Add(start);
            }
        }

        return [.. engines.Select(engine => new MemoryRow
        {
            Case = @case.Name,
            Engine = engine,
            DataType = @case.DataType,
            ColdStartMilliseconds = starts[engine].Select(s => s.Milliseconds).Order().ElementAt(Rounds / 2),
            PeakBytes = starts[engine].Max(s => s.PeakBytes),
            ShippedBytes = engine == "hone-published" ? PublishedBytes(published!) : ShippedBytes(engine),
        })];
    }

    private static (double Milliseconds, long PeakBytes) Start(string engine, ModelCase @case, string? published)
    {
        bool isPublished = engine == "hone-published";
        string shape = string.Join('x', @case.InputShape);
        string[] arguments = isPublished
            ? [@case.OnnxPath, @case.InputPath, shape, "-", "--memory"]
            : ["cold", engine, @case.OnnxPath, @case.InputPath, shape];
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(isPublished ? published! : Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        string? line = process.StandardOutput.ReadLine();
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        string rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (line != "result" || process.ExitCode != 0)
            throw new InvalidOperationException($"The start of {engine} failed with exit code {process.ExitCode}.");
        return (milliseconds, long.Parse(rest));
    }

    /// <summary>The program and its libraries, without symbols and documentation.</summary>
    private static long PublishedBytes(string program) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(program))!).Where(f => Path.GetExtension(f) is "" or ".dll" or ".so" or ".exe").Sum(f => new FileInfo(f).Length);

    private static long ShippedBytes(string engine)
    {
        string[] patterns = engine == "hone"
            ? ["Hone.dll", "Hone.Graph.dll", "Hone.Kernels.dll", "Hone.Onnx.dll", "Hone.Runtime.dll", "Iced.dll", "Google.Protobuf.dll"]
            : ["Microsoft.ML.OnnxRuntime.dll", "libonnxruntime*.so", "onnxruntime*.dll", "libonnxruntime*.dylib"];
        EnumerationOptions everywhere = new() { RecurseSubdirectories = true };
        // The natives of other systems lie beside those of this one.
        IEnumerable<string> files = patterns.SelectMany(p => Directory.EnumerateFiles(AppContext.BaseDirectory, p, everywhere))
            .Where(f => !f.Contains("runtimes", StringComparison.Ordinal) || f.Contains(System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, StringComparison.Ordinal));
        return files.Sum(f => new FileInfo(f).Length);
    }

    private static void Write(List<MemoryRow> rows)
    {
        Table table = new();
        table.AddColumns("case", "dtype", "engine", "cold start ms", "peak MB", "shipped MB");
        foreach (MemoryRow row in rows)
        {
            table.AddRow(
                row.Case, row.DataType, row.Engine, $"{row.ColdStartMilliseconds:0}", $"{row.PeakBytes / 1e6:0}", $"{row.ShippedBytes / 1e6:0.0}");
        }

        AnsiConsole.Write(table);
    }
}
