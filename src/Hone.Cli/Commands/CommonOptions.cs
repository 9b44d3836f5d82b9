using System.CommandLine;
using Hone.Runtime;

namespace Hone.Cli.Commands;

/// <summary>Arguments and options that several commands have.</summary>
internal static class CommonOptions
{
    internal static Argument<string> ModelArgument(string name = "model") => new(name) { Description = "An ONNX file." };

    internal static Option<string> Output(string description) => new("--output", "-o") { Description = description, Required = true };

    internal static Option<bool> Json() => new("--json") { Description = "Writes the result as JSON." };

    internal static Option<int> Threads() => new("--threads") { Description = "Threads to run on; 0 takes all cores.", DefaultValueFactory = _ => 0 };

    internal static Option<int> Seed() => new("--seed") { Description = "Seed of random inputs.", DefaultValueFactory = _ => 0 };

    internal static Option<string[]> Input() => new("--input", "-i")
    {
        Description = "Inputs as NAME=FILE.npy, or FILE.npy for a model of one input. Inputs that are not given are random.",
        AllowMultipleArgumentsPerToken = true,
    };

    internal static CompileOptions Compile(int threads) => new() { Threads = threads };
}
