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
        Option<string[]> programs = new("--published") { Description = "bench/Hone.ColdStart as published, by ReadyToRun or NativeAOT: rows of their own for both engines", AllowMultipleArgumentsPerToken = true };
        Command command = new("memory", "Cold start, peak memory and bytes shipped, beside ONNX Runtime.") { cases, folder, programs, json };
        command.SetAction(result =>
        {
            List<MemoryRow> rows = [];
            foreach (ModelCase modelCase in ModelCases.Prepare(result.GetValue(folder)!, null, result.GetValue(cases)!))
                rows.AddRange(Run(modelCase, result.GetValue(programs) ?? []));
            Write(rows);
            if (result.GetValue(json) is { } path)
                File.WriteAllText(path, JsonSerializer.Serialize(rows, MemoryRowJson.Default.ListMemoryRow));
        });
        return command;
    }

    private static List<MemoryRow> Run(ModelCase @case, IEnumerable<string> published)
    {
        List<(string? Program, string Engine)> starters = [.. new string?[] { null }.Concat(published).SelectMany(p => new[] { (p, "hone"), (p, "onnxruntime") })];
        List<(double Milliseconds, long PeakBytes)>[] starts = [.. starters.Select(_ => new List<(double, long)>())];
        for (int round = 0; round <= Rounds; round++)
        {
            for (int i = 0; i < starters.Count; i++)
            {
                (double, long) start = Start(starters[i].Program, starters[i].Engine, @case);
                // The first start finds the files of the engine on the disk, the others in memory.
                if (round > 0)
                    starts[i].Add(start);
            }
        }

        return [.. starters.Select((starter, i) => new MemoryRow
        {
            Case = @case.Name,
            Engine = starter.Engine,
            Program = KindOf(starter.Program),
            DataType = @case.DataType,
            ColdStartMilliseconds = starts[i].Select(s => s.Milliseconds).Order().ElementAt(Rounds / 2),
            PeakBytes = starts[i].Max(s => s.PeakBytes),
            ShippedBytes = ShippedBytes(starter.Program, starter.Engine),
        })];
    }

    private static (double Milliseconds, long PeakBytes) Start(string? program, string engine, ModelCase @case)
    {
        string[] arguments = [engine, @case.OnnxPath, @case.InputPath, string.Join('x', @case.InputShape)];
        ProcessStartInfo info = new(program ?? Environment.ProcessPath!, program is null ? ["cold", .. arguments] : arguments) { RedirectStandardOutput = true };
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(info)!;
        string? line = process.StandardOutput.ReadLine();
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        string rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (line != "result" || process.ExitCode != 0)
            throw new InvalidOperationException($"The start of {engine} failed with exit code {process.ExitCode}.");
        return (milliseconds, long.Parse(rest));
    }

    /// <summary>How the program was compiled: one file holds everything but the natives, or Hone's assemblies lie beside it.</summary>
    private static string KindOf(string? program) =>
        program is null ? "jit" : File.Exists(Path.Combine(FolderOf(program), "Hone.Runtime.dll")) ? "ready-to-run" : "native-aot";

    private static string FolderOf(string program) => Path.GetDirectoryName(Path.GetFullPath(program))!;

    /// <summary>Bytes that the engine adds to a program; of one made by NativeAOT, the program itself, which holds the engines and what they use of .NET.</summary>
    private static long ShippedBytes(string? program, string engine)
    {
        string[] patterns = engine == "hone"
            ? ["Hone.dll", "Hone.Graph.dll", "Hone.Kernels.dll", "Hone.Onnx.dll", "Hone.Runtime.dll", "Iced.dll", "Google.Protobuf.dll"]
            : ["Microsoft.ML.OnnxRuntime.dll", "libonnxruntime*.so", "onnxruntime*.dll", "libonnxruntime*.dylib"];
        if (KindOf(program) == "native-aot")
            patterns = [.. patterns, Path.GetFileName(program!)];
        string folder = program is null ? AppContext.BaseDirectory : FolderOf(program);
        // The natives of other systems lie beside those of this one.
        EnumerationOptions everywhere = new() { RecurseSubdirectories = true };
        IEnumerable<string> files = patterns.SelectMany(p => Directory.EnumerateFiles(folder, p, everywhere))
            .Where(f => !f.Contains("runtimes", StringComparison.Ordinal) || f.Contains(System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, StringComparison.Ordinal));
        return files.Sum(f => new FileInfo(f).Length);
    }

    private static void Write(List<MemoryRow> rows)
    {
        Table table = new();
        table.AddColumns("case", "dtype", "program", "engine", "cold start ms", "peak MB", "shipped MB");
        foreach (MemoryRow row in rows)
        {
            table.AddRow(
                row.Case, row.DataType, row.Program, row.Engine, $"{row.ColdStartMilliseconds:0}", $"{row.PeakBytes / 1e6:0}", $"{row.ShippedBytes / 1e6:0.0}");
        }

        AnsiConsole.Write(table);
    }
}
