using System.CommandLine;
using Hone.Bench.Workers;
using Spectre.Console;

namespace Hone.Bench.Products;

/// <summary>Times products with 4-bit weights in blocks: Hone and ONNX Runtime on the same file, in interleaved rounds.</summary>
internal static class ProductBench
{
    private const int RoundMilliseconds = 400;
    private const int TableWidth = 140;

    internal static Command Command()
    {
        Option<int[]> threads = new("--threads") { Description = "Numbers of threads", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1, 2] };
        Option<double> seconds = new("--seconds") { Description = "Time for each engine of a case", DefaultValueFactory = _ => 2 };
        Option<string> folder = new("--models-dir") { Description = "Where the models are kept", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "hone-bench") };
        Option<string?> only = new("--case") { Description = "Only cases whose name begins so" };
        Option<string?> ggml = new("--ggml") { Description = "A folder with the libraries of ggml, as the package @node-llama-cpp/linux-x64 has them" };
        Command command = new("products", "Times products with 4-bit weights in blocks of 32, one row and 512.") { threads, seconds, folder, only, ggml };
        command.SetAction(result =>
        {
            Table table = new();
            table.AddColumns("case", "threads", "engine", "ms per matrix", "GB/s", "GOP/s", "of bandwidth", "best peer / this", "checked");
            foreach (ProductCase @case in ProductCase.All.Where(c => c.Name.StartsWith(result.GetValue(only) ?? "", StringComparison.Ordinal)))
            {
                (string model, string input) = ProductModel.Create(@case, result.GetValue(folder)!);
                foreach (int count in result.GetValue(threads)!)
                    Run(@case, model, input, count, result.GetValue(seconds), result.GetValue(ggml), table);
            }

            AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, TableWidth);
            AnsiConsole.Write(table);
        });
        return command;
    }

    private static void Run(ProductCase @case, string model, string input, int threads, double seconds, string? ggml, Table table)
    {
        double bandwidth = MemoryBandwidth.Measure(threads);
        List<WorkerProcess> workers = [New("hone", model), New("onnxruntime", model)];

        // ggml always rounds activations to 8 bits.
        if (ggml is not null && @case.IsInt8)
            workers.Add(New("ggml", $"{ggml}|{@case.Columns}x{@case.Depth}x{@case.Matrices}"));
        try
        {
            float[]?[] outputs = [.. workers.Select(w => w.Failure is null ? w.Output() : null)];
            for (double spent = 0; spent < seconds; spent += RoundMilliseconds / 1000.0)
            {
                foreach (WorkerProcess worker in workers.Where(w => w.Failure is null))
                    worker.Round(RoundMilliseconds);
            }

            double?[] medians = [.. workers.Select(Median)];
            for (int i = 0; i < workers.Count; i++)
            {
                double? time = medians[i] / 1000;
                double? peer = medians.Where((_, j) => j != i).Min();
                table.AddRow(
                    @case.Name,
                    threads.ToString(),
                    workers[i].Engine,
                    $"{medians[i] / @case.Matrices:0.000}",
                    $"{@case.LeastBytes / time / 1e9:0.0}",
                    $"{@case.Operations / time / 1e9:0}",
                    $"{@case.LeastBytes / time / bandwidth:0.00}",
                    $"{peer / medians[i]:0.00}",
                    Markup.Escape(workers[i].Failure ?? (outputs[0] is null || outputs[i] is null ? "not comparable" : $"differs by {Difference(outputs[i]!, outputs[0]!):0.0e+0}")));
            }
        }
        finally
        {
            foreach (WorkerProcess worker in workers)
                worker.Dispose();
        }

        WorkerProcess New(string engine, string path) => new(new WorkerRequest(engine, path, input, [@case.Rows, @case.Depth], threads));
    }

    private static double? Median(WorkerProcess worker)
    {
        double[] sorted = [.. worker.Milliseconds.Order()];
        return sorted.Length > 0 ? sorted[sorted.Length / 2] : null;
    }

    private static double Difference(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Sum() / b.Sum(y => (double)y * y));
}
