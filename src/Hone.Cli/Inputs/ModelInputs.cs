using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Cli.Inputs;

/// <summary>Makes the inputs of a run from the command line: files where given, else random numbers.</summary>
internal static class ModelInputs
{
    /// <exception cref="HoneException">A name is not an input, or a file does not fit it.</exception>
    internal static Dictionary<string, Tensor> Create(Model model, IReadOnlyList<string> given, int seed)
    {
        Dictionary<string, Tensor> inputs = new(StringComparer.Ordinal);
        foreach (string text in given)
        {
            int split = text.IndexOf('=', StringComparison.Ordinal);
            string name = split > 0 ? text[..split] : model.Graph.Inputs is [{ } only] ? only.Name : throw new HoneException($"The model has several inputs; write '{text}' as NAME=FILE.");
            inputs[name] = NpyFile.Read(split > 0 ? text[(split + 1)..] : text);
        }

        Random random = new(seed);
        foreach (Value input in model.Graph.Inputs)
            inputs.TryAdd(input.Name, RandomInput(input, random));
        return inputs;
    }

    /// <summary>Dimensions that are not fixed are 1.</summary>
    private static Tensor RandomInput(Value input, Random random)
    {
        long[] shape = [.. (input.Shape ?? throw new HoneException($"The rank of input '{input.Name}' is not known; give it as a file.")).Select(d => d.IsFixed ? d.Value : 1)];
        Tensor tensor = new(input.DataType, new TensorShape(shape));
        if (input.DataType == DataType.Float32)
        {
            foreach (ref float element in tensor.AsSpan<float>())
                element = (float)((random.NextDouble() * 2) - 1);
        }

        return tensor;
    }
}
