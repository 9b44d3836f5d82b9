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
        // The seed is an integer for Dropout and a float for the others; distinct ones shall give distinct sequences.
        object seed = attributes.First(a => a.Key == "seed").Value;
        return new System.Random(seed is long integer ? integer.GetHashCode() : BitConverter.SingleToInt32Bits(attributes.GetFloat("seed", 0)));
    }
}
