using Hone.Quantization;
using Hone.Quantization.Observers;
using Hone.Tensors;

namespace Hone.Bench.Models;

/// <summary>Quantizes a network for the bench; random images do, because speed does not depend on the ranges.</summary>
internal static class Int8Model
{
    private const int Batches = 4;

    internal static void Create(string source, string target, long[] inputShape)
    {
        Model model = Model.Load(source);
        string input = model.Graph.Inputs[0].Name;
        IEnumerable<IReadOnlyDictionary<string, Tensor>> batches = Enumerable.Range(0, Batches).Select(seed => new Dictionary<string, Tensor> { [input] = Noise(seed, inputShape) });
        model.QuantizeStatic(batches, new StaticQuantizationConfig { Observer = ObserverKind.MinMax }).Save(target);
    }

    private static Tensor Noise(int seed, long[] shape)
    {
        Random random = new(seed);
        Tensor tensor = new(DataType.Float32, new TensorShape(shape));
        foreach (ref float element in tensor.AsSpan<float>())
            element = (float)((random.NextDouble() * 4) - 2);
        return tensor;
    }
}
