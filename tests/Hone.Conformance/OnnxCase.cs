using Hone.Onnx;
using Hone.Tensors;

namespace Hone.Conformance;

/// <summary>One official case: a model, and sets of inputs with the outputs that are right.</summary>
internal sealed class OnnxCase
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Takes in a file of the case, by its path inside the case's folder.</summary>
    internal void Add(string path, byte[] content) => _files[path] = content;

    internal bool HasModel => _files.ContainsKey("model.onnx");

    internal Model LoadModel() => OnnxReader.Load(_files["model.onnx"]);

    /// <summary>The data sets in order: tensors of <c>input_i.pb</c> and <c>output_i.pb</c>.</summary>
    internal IEnumerable<(IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Outputs)> LoadDataSets()
    {
        for (int set = 0; _files.Keys.Any(f => f.StartsWith($"test_data_set_{set}/", StringComparison.Ordinal)); set++)
            yield return (LoadTensors($"test_data_set_{set}/input_"), LoadTensors($"test_data_set_{set}/output_"));
    }

    private List<Tensor> LoadTensors(string prefix)
    {
        List<Tensor> tensors = [];
        for (int i = 0; _files.TryGetValue($"{prefix}{i}.pb", out byte[]? file); i++)
            tensors.Add(OnnxTensorFile.Load(file).Tensor);
        return tensors;
    }
}
