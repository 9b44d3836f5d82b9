using System.Runtime.InteropServices;

namespace Hone.Report.Measurements;

/// <summary>Where something was measured.</summary>
public sealed record MachineDescription
{
    /// <value>Name of the processor, or its architecture where the system does not tell.</value>
    public required string Processor { get; init; }

    /// <value>Processors that the process may use.</value>
    public required int ProcessorCount { get; init; }

    /// <value>Memory that the process may use; bytes.</value>
    public required long MemoryByteCount { get; init; }

    /// <value>Name and version of the operating system.</value>
    public required string OperatingSystem { get; init; }

    /// <value>Version of .NET.</value>
    public required string Framework { get; init; }

    /// <value>Instruction sets the measured engine used, or null.</value>
    public string? InstructionSet { get; init; }

    /// <summary>Describes this machine.</summary>
    /// <param name="instructionSet">What the measured engine says it uses, or null.</param>
    public static MachineDescription Current(string? instructionSet = null) => new()
    {
        Processor = ProcessorName(),
        ProcessorCount = Environment.ProcessorCount,
        MemoryByteCount = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        OperatingSystem = RuntimeInformation.OSDescription,
        Framework = RuntimeInformation.FrameworkDescription,
        InstructionSet = instructionSet,
    };

    private static string ProcessorName()
    {
        const string Info = "/proc/cpuinfo";
        string? name = Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        if (File.Exists(Info))
        {
            name = File.ReadLines(Info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
            name = name?[(name.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }

        return string.IsNullOrEmpty(name) ? RuntimeInformation.ProcessArchitecture.ToString() : name;
    }
}
