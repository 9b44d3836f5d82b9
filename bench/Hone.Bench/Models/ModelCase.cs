namespace Hone.Bench.Models;

/// <summary>One row group of the bench: a network at a data type, with the file each engine loads.</summary>
/// <param name="Name">For example <c>resnet18</c>.</param>
/// <param name="DataType"><c>fp32</c> or <c>int8</c>.</param>
/// <param name="Operations">Floating-point or integer operations of one run, two for each multiply-accumulate, by the direct algorithm.</param>
/// <param name="OnnxPath">What Hone and ONNX Runtime load.</param>
/// <param name="TorchPath">What libtorch loads, or null where there is none.</param>
/// <param name="InputPath">The input of the run.</param>
/// <param name="InputShape">Its shape.</param>
/// <param name="Expected">PyTorch's output, or null where only the engines can be compared with one another.</param>
/// <param name="HasPadding">Whether input elements of 0 are padding, where outputs may be anything.</param>
internal sealed record ModelCase(
    string Name,
    string DataType,
    double Operations,
    string OnnxPath,
    string? TorchPath,
    string InputPath,
    long[] InputShape,
    float[]? Expected,
    bool HasPadding = false);
