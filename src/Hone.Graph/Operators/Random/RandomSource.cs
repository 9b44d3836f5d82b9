using Hone.Graphs;

namespace Hone.Operators.Random;

/// <summary>Where random operators take their numbers from.</summary>
internal static class RandomSource
{
    /// <summary>A generator that repeats itself when the node has a seed, and differs from run to run when it has none.</summary>
    public static System.Random Create(AttributeMap attributes)
    {
        if (!attributes.Contains("seed"))
            return new System.Random();
        // ONNX's seed is a float; distinct floats shall give distinct seeds.
        return new System.Random(BitConverter.SingleToInt32Bits(attributes.GetFloat("seed", 0)));
    }
}
