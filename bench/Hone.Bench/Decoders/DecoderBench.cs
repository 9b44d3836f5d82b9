using System.CommandLine;
using Hone.Bench.Workers;
using Spectre.Console;

namespace Hone.Bench.Decoders;

/// <summary>Tokens per second of decoders: writing one token behind a cache, and reading a prompt. Hone and ONNX Runtime on the same file, in interleaved rounds.</summary>
internal static class DecoderBench
{
    private const int RoundMilliseconds = 400;
    private const int TableWidth = 140;
    private const long Past = 255;
    private const long Prompt = 128;

    internal static Command Command(Option<string> folder)
    {
        Option<int[]> threads = new("--threads") { Description = "Numbers of threads", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1] };
        Option<double> seconds = new("--seconds") { Description = "Time for each engine of a case", DefaultValueFactory = _ => 2 };
        Option<string[]> types = new("--type") { Description = "fp32, int8, int4", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["fp32", "int8", "int4"] };
        Option<string[]> models = new("--model") { Description = "Further decoders as ONNX files", AllowMultipleArgumentsPerToken = true };
        Command command = new("decoders", "Times a Llama-shaped decoder with random weights: tokens per second behind a cache, and of a prompt.") { folder, threads, seconds, types, models };
        command.SetAction(result =>
        {
            Table table = new();
            table.AddColumns("model", "step", "threads", "engine", "ms", "tokens/s", "peer / this", "checked");
            IEnumerable<string> made = result.GetValue(types)!.Select(t => DecoderModel.Default.Create(result.GetValue(folder)!, t));
            foreach (string path in made.Concat(result.GetValue(models) ?? []).ToArray())
            {
                foreach (int count in result.GetValue(threads)!)
                {
                    Run(path, 1, Past, count, result.GetValue(seconds), table);
                    Run(path, Prompt, 0, count, result.GetValue(seconds), table);
                }
            }

            AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, TableWidth);
            AnsiConsole.Write(table);
        });
        return command;
    }

    private static void Run(string path, long tokens, long past, int threads, double seconds, Table table)
    {
        WorkerProcess[] workers = [New("hone-decoder"), New("onnxruntime-decoder")];
        try
        {
            float[]?[] outputs = [.. workers.Select(w => w.Failure is null ? w.Output() : null)];
            for (double spent = 0; spent < seconds; spent += RoundMilliseconds / 1000.0)
            {
                foreach (WorkerProcess worker in workers.Where(w => w.Failure is null))
                    worker.Round(RoundMilliseconds);
            }

            double?[] medians = [.. workers.Select(w => w.Milliseconds.Count > 0 ? w.Milliseconds.Order().ElementAt(w.Milliseconds.Count / 2) : (double?)null)];
            for (int i = 0; i < workers.Length; i++)
            {
                table.AddRow(
                    Path.GetFileNameWithoutExtension(path),
                    past > 0 ? $"1 behind {past}" : $"{tokens}",
                    threads.ToString(),
                    workers[i].Engine,
                    $"{medians[i]:0.000}",
                    $"{tokens * 1000 / medians[i]:0}",
                    $"{medians[1 - i] / medians[i]:0.00}",
                    Markup.Escape(workers[i].Failure ?? (outputs[0] is { } a && outputs[1] is { } b ? $"differs by {Difference(a, b):0.0e+0}" : "not comparable")));
            }
        }
        finally
        {
            Array.ForEach(workers, w => w.Dispose());
        }

        WorkerProcess New(string engine) => new(new WorkerRequest(engine, path, "", [tokens, past], threads));
    }

    private static double Difference(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Sum() / b.Sum(y => (double)y * y));
}
