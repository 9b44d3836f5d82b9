using System.Diagnostics;
using System.Runtime.InteropServices;
using Hone.Quantization;

namespace Hone.Bench.Models;

/// <summary>Recurrent networks, attention alone and an encoder of BERT-base's size.</summary>
internal static class SequenceCases
{
    private const double EncoderOperations = 12 * ((2.0 * 128 * ((4 * 768 * 768) + (2 * 768 * 3072))) + (4.0 * 128 * 128 * 768));

    /// <summary>Case, base of its files, data type, shape of the input, operations of one run.</summary>
    private static readonly (string Name, string Files, string DataType, long[] Shape, double Operations)[] s_cases =
    [
        ("lstm-2x512", "lstm", "fp32", [100, 1, 512], 100 * 2 * 16.0 * 512 * 512),
        ("lstm-2x512", "lstm", "int8", [100, 1, 512], 100 * 2 * 16.0 * 512 * 512),
        ("gru-256", "gru", "fp32", [100, 1, 256], 100 * 12.0 * 256 * 256),
        ("gru-256", "gru", "int8", [100, 1, 256], 100 * 12.0 * 256 * 256),
        ("attention-128", "attention-128", "fp32", [3, 1, 12, 128, 64], 4.0 * 12 * 128 * 128 * 64),
        ("attention-512", "attention-512", "fp32", [3, 1, 12, 512, 64], 4.0 * 12 * 512 * 512 * 64),
        ("attention-2048", "attention-2048", "fp32", [3, 1, 12, 2048, 64], 4.0 * 12 * 2048 * 2048 * 64),
        ("bert-base", "bert", "fp32", [1, 128], EncoderOperations),
        ("bert-base", "bert", "bf16", [1, 128], EncoderOperations),
        ("bert-base", "bert", "int8", [1, 128], EncoderOperations),
        ("bert-base-ragged", "bert-ragged", "fp32", [16, 128], 16 * EncoderOperations),
        ("bert-base-ragged", "bert-ragged", "bf16", [16, 128], 16 * EncoderOperations),
        ("bert-base-ragged", "bert-ragged", "int8", [16, 128], 16 * EncoderOperations),
    ];

    internal static IEnumerable<string> Names => s_cases.Select(NameOf);

    /// <summary>Makes what is missing: PyTorch exports the networks, Hone quantizes them.</summary>
    /// <param name="folder">Created where it does not exist.</param>
    /// <param name="wanted">Names from <see cref="Names"/>; others are passed over.</param>
    internal static List<ModelCase> Prepare(string folder, IReadOnlyCollection<string> wanted)
    {
        Directory.CreateDirectory(folder);
        List<ModelCase> cases = [];
        foreach (var @case in s_cases.Where(c => wanted.Contains(NameOf(c))))
        {
            string files = @case.Files == "bert-ragged" ? "bert" : @case.Files;
            string[] missing = [.. new[] { files, @case.Files }.Distinct().Where(f => !File.Exists(Path.Combine(folder, $"{f}.output.bin")))];
            if (missing.Length > 0)
                Export(folder, missing);
            string onnx = Path.Combine(folder, $"{files}.onnx");
            string quantized = Path.Combine(folder, $"{files}.int8.onnx");
            // LSTM as ONNX Runtime's own 8-bit operator; it has none for GRU, and computes that in fp32.
            if (@case.DataType == "int8" && !File.Exists(quantized))
                Model.Load(onnx).QuantizeDynamic(new DynamicQuantizationConfig { UsesOnnxRuntimeOperators = true }).Save(quantized);
            cases.Add(new ModelCase(
                @case.Name,
                @case.DataType,
                @case.Operations,
                @case.DataType == "int8" ? quantized : onnx,
                Path.Combine(folder, @case.DataType == "fp32" ? $"{files}.pt" : $"{files}.{@case.DataType}.pt"),
                Path.Combine(folder, $"{@case.Files}.input.bin"),
                @case.Shape,
                MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, $"{@case.Files}.output.bin"))).ToArray(),
                HasPadding: @case.Files == "bert-ragged"));
        }

        return cases;
    }

    private static string NameOf((string Name, string Files, string DataType, long[] Shape, double Operations) @case) => $"{@case.Name}-{@case.DataType}";

    private static void Export(string folder, string[] names)
    {
        ProcessStartInfo start = new("/usr/bin/python3");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "export_sequence_models.py"));
        start.ArgumentList.Add(folder);
        foreach (string name in names)
            start.ArgumentList.Add(name);
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException("The export failed; it needs Debian's python3-torch.");
    }
}
