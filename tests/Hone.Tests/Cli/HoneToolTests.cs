using System.Text.Json;
using Hone.Cli;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Tests.Cli;

/// <summary>Runs command lines in this process, good ones and bad ones.</summary>
public sealed class HoneToolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hone-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tour_MeasuresEveryVariant()
    {
        (int code, string output, _) = await Run("tour", "--output", _folder, "--json");
        Assert.Equal(0, code);
        using JsonDocument report = JsonDocument.Parse(output);
        JsonElement[] variants = [.. report.RootElement.EnumerateObject().First(p => p.NameEquals("variants") || p.NameEquals("Variants")).Value.EnumerateArray()];
        Assert.Equal(4, variants.Length);
        Assert.True(File.Exists(Path.Combine(_folder, "report.html")));
        Assert.True(new FileInfo(Path.Combine(_folder, "int8-static.onnx")).Length < 0.35 * new FileInfo(Path.Combine(_folder, "fp32.onnx")).Length);
    }

    [Fact]
    public async Task Inspect_ShowsInputsAndOperators()
    {
        (int code, string output, _) = await Run("inspect", SaveLinear());
        Assert.Equal(0, code);
        Assert.Contains("x: float32 [N, 48]", output);
        Assert.Contains("Gemm", output);
    }

    [Fact]
    public async Task Inspect_Compiled_NamesKernels()
    {
        (int code, string output, _) = await Run("inspect", SaveLinear(), "--compiled");
        Assert.Equal(0, code);
        Assert.Contains("gemm", output);
    }

    [Fact]
    public async Task Inspect_RemovePadding_SaysWhyNot()
    {
        (int code, string output, _) = await Run("inspect", SaveLinear(), "--compiled", "--remove-padding");
        Assert.Equal(0, code);
        Assert.Contains("padding stays: there is no attention.", output);
    }

    [Fact]
    public async Task QuantizeStatic_FromNpyFiles_GivesACloseModel()
    {
        string model = SaveLinear();
        string samples = Directory.CreateDirectory(Path.Combine(_folder, "samples")).FullName;
        for (int i = 0; i < 4; i++)
            await File.WriteAllBytesAsync(Path.Combine(samples, $"{i}.npy"), Npy("<f4", "(8, 48)", Floats(i, 8 * 48)));
        string quantized = Path.Combine(_folder, "int8.onnx");
        Assert.Equal(0, (await Run("quantize", "static", model, "-c", samples, "-o", quantized)).Code);
        (int code, string output, _) = await Run("compare", model, quantized, "--json");
        Assert.Equal(0, code);
        using JsonDocument comparison = JsonDocument.Parse(output);
        Assert.True(comparison.RootElement.GetProperty("outputs")[0].GetProperty("sqnr_db").GetDouble() > 25);
    }

    [Fact]
    public async Task QuantizeDynamic_ThenRun_WritesNpy()
    {
        string quantized = Path.Combine(_folder, "dynamic.onnx");
        Assert.Equal(0, (await Run("quantize", "dynamic", SaveLinear(), "-o", quantized)).Code);
        string results = Path.Combine(_folder, "results");
        Assert.Equal(0, (await Run("run", quantized, "--output-dir", results)).Code);
        (int code, string output, _) = await Run("run", SaveLinear(), "-i", Path.Combine(results, "y.npy"));
        Assert.Equal(1, code);
        Assert.Empty(output);
    }

    [Fact]
    public async Task EmptyCalibrationFolder_IsOneClearLine()
    {
        string samples = Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName;
        await AssertFails("empty", "quantize", "static", SaveLinear(), "-c", samples, "-o", Path.Combine(_folder, "x.onnx"));
    }

    [Fact]
    public async Task CalibrationWithNaN_NamesTheTensor()
    {
        string samples = Directory.CreateDirectory(Path.Combine(_folder, "nan")).FullName;
        float[] values = Floats(0, 48);
        values[7] = float.NaN;
        await File.WriteAllBytesAsync(Path.Combine(samples, "0.npy"), Npy("<f4", "(1, 48)", values));
        await AssertFails("'x'", "quantize", "static", SaveLinear(), "-c", samples, "-o", Path.Combine(_folder, "x.onnx"));
    }

    [Fact]
    public async Task CalibrationOfAnotherShape_SaysWhatIsExpected()
    {
        string samples = Directory.CreateDirectory(Path.Combine(_folder, "shape")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(samples, "0.npy"), Npy("<f4", "(1, 47)", Floats(0, 47)));
        await AssertFails("[N, 48]", "quantize", "static", SaveLinear(), "-c", samples, "-o", Path.Combine(_folder, "x.onnx"));
    }

    [Fact]
    public async Task CorruptedAndTruncatedModels_AreOneClearLine()
    {
        string model = SaveLinear();
        byte[] bytes = await File.ReadAllBytesAsync(model);
        string damaged = Path.Combine(_folder, "damaged.onnx");
        await File.WriteAllBytesAsync(damaged, bytes[..(bytes.Length / 2)]);
        await AssertFails("damaged.onnx", "inspect", damaged);
        await File.WriteAllTextAsync(damaged, "this is no model");
        await AssertFails("damaged.onnx", "optimize", damaged, "-o", Path.Combine(_folder, "x.onnx"));
        await AssertFails("missing.onnx", "inspect", Path.Combine(_folder, "missing.onnx"));
    }

    [Fact]
    public async Task UnwritableOutput_IsOneClearLine() =>
        await AssertFails("no-such-folder", "optimize", SaveLinear(), "-o", Path.Combine(_folder, "no-such-folder", "x.onnx"));

    [Fact]
    public async Task HostileNpy_IsRefused()
    {
        string file = Path.Combine(_folder, "bad.npy");
        foreach (byte[] bytes in new[] { Npy("|O", "(1, 48)", Floats(0, 48)), Npy("<f4", "(1, 4800000000000)", Floats(0, 48)), Npy("<f4", "(1, -48)", Floats(0, 48)), [1, 2, 3], Npy("<f4", "(1, 48)", Floats(0, 48))[..40] })
        {
            await File.WriteAllBytesAsync(file, bytes);
            await AssertFails("bad.npy", "run", SaveLinear(), "-i", file);
        }
    }

    [Fact]
    public async Task CancelledRun_HasItsOwnExitCode()
    {
        using CancellationTokenSource source = new();
        await source.CancelAsync();
        using StringWriter output = new();
        using StringWriter error = new();
        Assert.Equal(130, await HoneTool.RunAsync(["tour", "--output", _folder], output, error, source.Token));
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("optimize")]
    [InlineData("quantize", "static", "model.onnx")]
    public async Task WrongCommandLine_IsUsage(params string[] args) => Assert.Equal(2, (await Run(args)).Code);

    [Fact]
    public async Task Help_ListsCommandsAndExitCodes()
    {
        (int code, string output, _) = await Run("--help");
        Assert.Equal(0, code);
        foreach (string word in new[] { "tour", "inspect", "optimize", "quantize", "run", "compare", "bench", "Exit codes" })
            Assert.Contains(word, output);
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] args)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await HoneTool.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static async Task AssertFails(string expected, params string[] args)
    {
        (int code, _, string error) = await Run(args);
        Assert.Equal(1, code);
        Assert.Contains(expected, error);
        Assert.DoesNotContain("   at ", error);
    }

    private string SaveLinear()
    {
        GraphBuilder builder = new("linear");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 48));
        Value w = builder.Constant("w", Tensor.Create(Floats(1, 20 * 48), 20, 48));
        builder.Output(builder.Node("Gemm", [x, w, builder.Constant("b", Tensor.Create(Floats(2, 20), 20))], AttributeMap.Of(("transB", 1)), "y"));
        string path = Path.Combine(_folder, "linear.onnx");
        new Model(builder.Build()).Save(path);
        return path;
    }

    private static float[] Floats(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
    }

    private static byte[] Npy(string type, string shape, float[] values)
    {
        byte[] header = System.Text.Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}\n");
        return [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. header, .. System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values)];
    }
}
