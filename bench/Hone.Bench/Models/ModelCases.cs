using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hone.Bench.Models;

/// <summary>Prepares the files of the cases in a folder that later runs find again.</summary>
internal static class ModelCases
{
    private static readonly long[] s_inputShape = [1, 3, 224, 224];

    /// <summary>Multiply-accumulates of one 224 x 224 image, counted from the layers.</summary>
    private static readonly (string Name, double MultiplyAccumulates)[] s_networks =
    [
        ("resnet18", 1.814e9),
        ("resnet50", 4.089e9),
        ("mobilenet_v2", 0.301e9),
    ];

    internal static IEnumerable<string> Names => s_networks.SelectMany(n => new[] { $"{n.Name}-fp32", $"{n.Name}-int8" });

    /// <summary>Makes what is missing: PyTorch exports the networks, Hone quantizes them.</summary>
    /// <param name="folder">Created where it does not exist.</param>
    /// <param name="peers">A folder with libtorch's own int8 models, or null.</param>
    /// <param name="wanted">Names from <see cref="Names"/>.</param>
    internal static List<ModelCase> Prepare(string folder, string? peers, IReadOnlyCollection<string> wanted)
    {
        Directory.CreateDirectory(folder);
        string[] missing = [.. s_networks.Select(n => n.Name).Where(n => wanted.Any(w => w.StartsWith(n + "-", StringComparison.Ordinal)) && !File.Exists(Path.Combine(folder, $"{n}.output.bin")))];
        if (missing.Length > 0)
            Export(folder, missing);
        List<ModelCase> cases = [];
        foreach ((string name, double multiplyAccumulates) in s_networks)
        {
            string onnx = Path.Combine(folder, $"{name}.onnx");
            string input = Path.Combine(folder, $"{name}.input.bin");
            if (wanted.Contains($"{name}-fp32"))
                cases.Add(new ModelCase(name, "fp32", 2 * multiplyAccumulates, onnx, Path.Combine(folder, $"{name}.pt"), input, s_inputShape, Floats(Path.Combine(folder, $"{name}.output.bin"))));
            if (!wanted.Contains($"{name}-int8"))
                continue;
            string quantized = Path.Combine(folder, $"{name}.int8.onnx");
            if (!File.Exists(quantized))
                Int8Model.Create(onnx, quantized, s_inputShape);
            string? peer = peers is null ? null : Path.Combine(peers, name == "mobilenet_v2" ? "mobilenet_v2_int8.pt" : $"{name}_int8.pt");
            cases.Add(new ModelCase(name, "int8", 2 * multiplyAccumulates, quantized, File.Exists(peer) ? peer : null, input, s_inputShape, null));
        }

        return cases;
    }

    private static void Export(string folder, string[] names)
    {
        ProcessStartInfo start = new("/usr/bin/python3");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "export_models.py"));
        start.ArgumentList.Add(folder);
        foreach (string name in names)
            start.ArgumentList.Add(name);
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException("The export failed; it needs Debian's python3-torch and python3-torchvision.");
    }

    private static float[] Floats(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
}
