using System.Diagnostics;
using Hone.Tensors;

namespace Hone.Tests.Interop;

/// <summary>A torchvision model that real PyTorch has just exported, with an input and PyTorch's own output for it.</summary>
internal sealed class TorchvisionExport : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly string _folder;

    private TorchvisionExport(string folder, string name)
    {
        _folder = folder;
        ModelPath = Path.Combine(folder, $"{name}.onnx");
        Input = Tensor.FromBytes(DataType.Float32, new TensorShape(2, 3, 224, 224), File.ReadAllBytes(Path.Combine(folder, $"{name}.input.bin")));
        Output = Tensor.FromBytes(DataType.Float32, new TensorShape(2, 1000), File.ReadAllBytes(Path.Combine(folder, $"{name}.output.bin")));
    }

    /// <value>Whether this machine has PyTorch and torchvision.</value>
    internal static bool IsAvailable { get; } = File.Exists(Python) && Run("-c", "import torch, torchvision") == 0;

    internal string ModelPath { get; }

    internal Tensor Input { get; }

    internal Tensor Output { get; }

    internal static TorchvisionExport Create(string name)
    {
        string folder = Directory.CreateTempSubdirectory("hone-torchvision-").FullName;
        int exitCode = Run(Path.Combine(AppContext.BaseDirectory, "Interop", "export_torchvision.py"), name, folder);
        Assert.Equal(0, exitCode);
        return new TorchvisionExport(folder, name);
    }

    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return process.ExitCode;
    }
}
