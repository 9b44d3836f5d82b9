using System.CommandLine;
using System.Text.Json;
using Hone.Bench.Decoders;
using Hone.Bench.Memory;
using Hone.Bench.Models;
using Hone.Bench.Operators;
using Hone.Bench.Peak;
using Hone.Bench.Products;
using Hone.Bench.Workers;
using Spectre.Console;

if (args is ["worker"])
    return WorkerLoop.Run();
if (args is ["cold", var engine, var model, var input, var shape])
    return ColdStart.Run(engine, model, input, shape);

Option<string[]> cases = new("--case") { Description = $"Cases to run; default all: {string.Join(", ", ModelCases.Names.Concat(SequenceCases.Names))}", AllowMultipleArgumentsPerToken = true };
Option<int[]> threads = new("--threads") { Description = "Numbers of threads", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1] };
Option<double> seconds = new("--seconds") { Description = "Time for each engine of a case", DefaultValueFactory = _ => 4 };
Option<string> folder = new("--models-dir") { Description = "Where the exported networks are kept", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "hone-bench") };
Option<string?> peers = new("--peers") { Description = "A folder with libtorch's own int8 TorchScript models" };
Option<string?> json = new("--json") { Description = "Writes the rows to this file" };

Command peak = new("peak", "Measures what one core can do at most.");
peak.SetAction(_ =>
{
    MachinePeak measured = MachinePeak.Measure();
    AnsiConsole.WriteLine($"fp32 {measured.Float32OperationsPerSecond / 1e9:0} GFLOP/s, int8 {measured.Int8OperationsPerSecond / 1e9:0} GOP/s on one core");
});

Command models = new("models", "Times whole networks: Hone, ONNX Runtime and libtorch side by side in interleaved rounds.") { cases, threads, seconds, folder, peers, json };
models.SetAction(result =>
{
    string[] wanted = result.GetValue(cases) is { Length: > 0 } chosen ? chosen : [.. ModelCases.Names, .. SequenceCases.Names];
    MachinePeak measured = MachinePeak.Measure();
    List<ModelRow> rows = [];
    IEnumerable<ModelCase> prepared = ModelCases.Prepare(result.GetValue(folder)!, result.GetValue(peers), wanted).Concat(SequenceCases.Prepare(result.GetValue(folder)!, wanted));
    foreach (ModelCase modelCase in prepared)
    {
        foreach (int count in result.GetValue(threads)!)
            rows.AddRange(ModelBench.Run(modelCase, count, result.GetValue(seconds), measured));
    }

    ModelTable.Write(rows);
    if (result.GetValue(json) is { } path)
        File.WriteAllText(path, JsonSerializer.Serialize(rows, ModelRowJson.Default.ListModelRow));
});

Option<string[]> operators = new("--case") { Description = $"Cases to run; default all: {string.Join(", ", OperatorCases.Names)}", AllowMultipleArgumentsPerToken = true };
Command ops = new("ops", "Times single operators: Hone, ONNX Runtime and libtorch side by side in interleaved rounds.") { operators, threads, seconds, folder, json };
ops.SetAction(result =>
{
    string[] wanted = result.GetValue(operators) is { Length: > 0 } chosen ? chosen : [.. OperatorCases.Names];
    MachinePeak measured = MachinePeak.Measure();
    List<ModelRow> rows = [];
    foreach (ModelCase modelCase in OperatorCases.Prepare(result.GetValue(folder)!, wanted))
    {
        foreach (int count in result.GetValue(threads)!)
            rows.AddRange(ModelBench.Run(modelCase, count, result.GetValue(seconds), measured));
    }

    ModelTable.Write(rows);
    if (result.GetValue(json) is { } path)
        File.WriteAllText(path, JsonSerializer.Serialize(rows, ModelRowJson.Default.ListModelRow));
});

return new RootCommand("Measures Hone beside its peers.") { peak, models, ops, MemoryBench.Command(folder, json), ProductBench.Command(), DecoderBench.Command(folder) }.Parse(args).Invoke();
