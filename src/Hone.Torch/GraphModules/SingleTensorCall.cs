using static TorchSharp.torch;

namespace Hone.Torch.GraphModules;

/// <summary>The face of a TorchSharp module, one tensor in and one out, before a graph that may have any number of each.</summary>
internal static class SingleTensorCall
{
    /// <param name="input">The graph's only input.</param>
    /// <param name="inputCount">How many the graph has.</param>
    /// <param name="outputCount">How many outputs it has.</param>
    /// <param name="execute">Runs the graph.</param>
    /// <exception cref="InvalidOperationException">The graph has more inputs or outputs.</exception>
    internal static Tensor Run(Tensor input, int inputCount, int outputCount, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> execute) =>
        inputCount == 1 && outputCount == 1
            ? execute([input])[0]
            : throw new InvalidOperationException($"The graph has {inputCount} inputs and {outputCount} outputs; call Execute.");

    /// <exception cref="ArgumentException">The number of inputs is another.</exception>
    internal static void CheckInputs(IReadOnlyList<Tensor> inputs, int inputCount)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != inputCount)
            throw new ArgumentException($"The graph has {inputCount} inputs, {inputs.Count} were given.", nameof(inputs));
    }
}
