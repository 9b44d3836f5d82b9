using System.Diagnostics;
using System.Runtime.InteropServices;
using Hone.Evaluation;
using Hone.Runtime;
using Hone.TestKit;
using Hone.Tensors;
using Hone.Tests.Runtime;

namespace Hone.Tests.Aot;

/// <summary>A program published with NativeAOT runs models with the kernels and the results of one under the JIT.</summary>
public class NativeAotTests
{
    private const string Variable = "HONE_AOT_TESTS";

    [Fact]
    public void PublishedProgram_UsesTheSameKernels()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(Variable) is not "1", $"Publishing takes half a minute; set {Variable}=1.");
        Assert.SkipWhen(RepositoryFiles.Root is null, "The tests run outside of the repository.");
        Assert.SkipUnless(HasLinker(), "NativeAOT needs clang or gcc to link.");
        string folder = Directory.CreateTempSubdirectory("hone-aot").FullName;
        try
        {
            string project = Path.Combine(RepositoryFiles.Root!, "tests", "Hone.AotSmoke");
            Start("dotnet", "publish", project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", folder, "-v", "q");
            string program = Path.Combine(folder, OperatingSystem.IsWindows() ? "Hone.AotSmoke.exe" : "Hone.AotSmoke");
            Model model = SmallNetwork.Create();
            Dictionary<string, Tensor>[] calibration = [.. Enumerable.Range(1, 4).Select(seed => SmallNetwork.Feeds(seed))];
            Check(program, folder, model);
            Check(program, folder, model.QuantizeStatic(calibration));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Check(string program, string folder, Model model)
    {
        string path = Path.Combine(folder, "model.onnx"), input = Path.Combine(folder, "input.bin"), output = Path.Combine(folder, "output.bin");
        Dictionary<string, Tensor> feeds = SmallNetwork.Feeds(7);
        model.Save(path);
        File.WriteAllBytes(input, feeds["x"].Bytes);
        string[] kernels = Start(program, path, input, string.Join('x', feeds["x"].Shape), output).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        using CompiledModel compiled = CompiledModel.Compile(Model.Load(path), new CompileOptions { Profiles = true });
        using Tensor here = compiled.Run(feeds["x"]);
        Assert.Equal(compiled.Profile()[0].Steps.Select(s => s.KernelId), kernels);
        Assert.Contains(kernels, k => k.Contains("gemm", StringComparison.Ordinal));
        Assert.Equal(here.Bytes.ToArray(), File.ReadAllBytes(output));
        using IGraphRunner reference = ReferenceEngine.Instance.Prepare(model.Graph, model.Graph.Outputs);
        TensorAssert.Close(reference.Run(feeds)[0], here, 0.05, 0.05);
    }

    private static bool HasLinker() =>
        OperatingSystem.IsWindows() || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, "clang")) || File.Exists(Path.Combine(p, "gcc")));

    private static string Start(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {output}{error.Result}");
        return output;
    }
}
