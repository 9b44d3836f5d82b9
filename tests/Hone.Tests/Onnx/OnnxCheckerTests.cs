using System.Diagnostics;
using Hone.Graphs;
using Hone.Onnx;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Onnx;

/// <summary>Exported files before the official checker: Debian's <c>python3-onnx</c>, which knows opsets up to 17.</summary>
public sealed class OnnxCheckerTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hone-tests-");

    [Theory]
    [InlineData(13, false)]
    [InlineData(17, false)]
    [InlineData(13, true)]
    public void ExportedFile_PassesTheFullCheck(int opset, bool useExternalData)
    {
        Assert.SkipUnless(File.Exists(Python) && Run("import onnx").ExitCode == 0, "python3-onnx is not installed.");
        string path = Path.Combine(_folder.FullName, "model.onnx");
        OnnxWriter.Save(SmallNet(), path, new OnnxWriteOptions { MinimumOpset = opset, UseExternalData = useExternalData });
        (int exitCode, string errors) = Run($"import onnx; onnx.checker.check_model('{path}', full_check=True)");
        Assert.True(exitCode == 0, errors);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Model SmallNet()
    {
        Random random = new(1);
        GraphBuilder builder = new("net");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), 3, 8, 8));
        Value conv = builder.Node("Conv", [x, Weight("w", 8, 3, 3, 3), Weight("b", 8)], AttributeMap.Of(("pads", new[] { 1L, 1, 1, 1 })));
        Value pooled = builder.Node("MaxPool", [builder.Node("Relu", [conv])], AttributeMap.Of(("kernel_shape", new[] { 2L, 2 }), ("strides", new[] { 2L, 2 })));
        Value scale = builder.Constant("scale", Tensor.Scalar(0.1f));
        Value zero = builder.Constant("zero", Tensor.Scalar((byte)128));
        Value quantized = builder.Node("DequantizeLinear", [builder.Node("QuantizeLinear", [pooled, scale, zero]), scale, zero]);
        Value flat = builder.Node("Reshape", [quantized, builder.Constant("shape", Tensor.Vector<long>(0, -1))]);
        builder.Output(builder.Node("Softmax", [builder.Node("Gemm", [flat, Weight("fc", 128, 10)])], AttributeMap.Of(("axis", -1))), "y");
        return new Model(builder.Build());

        Value Weight(string name, params long[] shape) => builder.Constant(name, RandomTensors.Create(random, DataType.Float32, shape));
    }

    private static (int ExitCode, string Errors) Run(string script)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", script]) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
