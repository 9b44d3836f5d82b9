namespace Compress;

/// <summary>The files that the stages hand on to each other and to the measurement.</summary>
internal sealed class RunFiles(string folder)
{
    internal string Teacher => Path.Combine(folder, "teacher.dat");

    internal string Float => Path.Combine(folder, "fp32.onnx");

    internal string Pruned => Path.Combine(folder, "pruned.onnx");

    /// <value>The fine-tuned network with its batch normalizations, for further training.</value>
    internal string Student => Path.Combine(folder, "student.onnx");

    internal string FineTuned => Path.Combine(folder, "fine-tuned.onnx");

    internal string Int8 => Path.Combine(folder, "int8.onnx");

    /// <summary>Where a stage of training saves how far it has come.</summary>
    internal string Checkpoint(string stage) => Path.Combine(folder, $"{stage}.checkpoint");

    internal string Table => Path.Combine(folder, "table.md");
}
