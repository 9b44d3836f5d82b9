using Hone.Tensors;

namespace Hone.Tests.Runtime;

/// <summary>Random float32 tensors.</summary>
internal static class RandomNumbers
{
    /// <summary>Between -1 and 1.</summary>
    internal static Tensor Floats(int seed, params long[] shape)
    {
        Random random = new(seed);
        Tensor tensor = new(DataType.Float32, new TensorShape(shape));
        foreach (ref float element in tensor.AsSpan<float>())
            element = (float)((random.NextDouble() * 2) - 1);
        return tensor;
    }
}
