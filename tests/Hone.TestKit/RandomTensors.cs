using Hone.Graphs;
using Hone.Tensors;

namespace Hone.TestKit;

/// <summary>Makes seeded random tensors and feeds.</summary>
public static class RandomTensors
{
    /// <summary>Floating-point elements are uniform in -1..1, integers in 0..3, booleans fair.</summary>
    public static Tensor Create(Random random, DataType dataType, params ReadOnlySpan<long> dimensions)
    {
        ArgumentNullException.ThrowIfNull(random);
        Tensor tensor = new(dataType, new TensorShape(dimensions));
        switch (dataType)
        {
            case DataType.Float32:
                Fill<float>(tensor, () => (random.NextSingle() * 2) - 1);
                break;
            case DataType.Float64:
                Fill(tensor, () => (random.NextDouble() * 2) - 1);
                break;
            case DataType.Float16:
                Fill(tensor, () => (Half)((random.NextSingle() * 2) - 1));
                break;
            case DataType.BFloat16:
                Fill(tensor, () => (BFloat16)((random.NextSingle() * 2) - 1));
                break;
            case DataType.Int64:
                Fill<long>(tensor, () => random.Next(4));
                break;
            case DataType.Int32:
                Fill(tensor, () => random.Next(4));
                break;
            case DataType.UInt8:
                Fill(tensor, () => (byte)random.Next(4));
                break;
            case DataType.Int8:
                Fill(tensor, () => (sbyte)random.Next(4));
                break;
            case DataType.Bool:
                Fill(tensor, () => random.Next(2) != 0);
                break;
            default:
                throw new ArgumentException($"No random tensors of {dataType.DisplayName()}.", nameof(dataType));
        }

        return tensor;
    }

    /// <summary>Small whole numbers without a pattern, float32: element i is <c>7 i mod 11 - 5</c>. Easy to make elsewhere, and exact in sums.</summary>
    public static Tensor Integers(params ReadOnlySpan<long> dimensions)
    {
        Tensor tensor = new(DataType.Float32, new TensorShape(dimensions));
        Span<float> values = tensor.AsSpan<float>();
        for (int i = 0; i < values.Length; i++)
            values[i] = (i * 7 % 11) - 5;
        return tensor;
    }

    /// <summary>Codes of an 8-bit type over its whole range.</summary>
    public static Tensor Codes(Random random, DataType dataType, params ReadOnlySpan<long> dimensions)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (dataType is not (DataType.UInt8 or DataType.Int8))
            throw new ArgumentException($"{dataType.DisplayName()} is not an 8-bit integer type.", nameof(dataType));
        Tensor tensor = new(dataType, new TensorShape(dimensions));
        random.NextBytes(tensor.Bytes);
        return tensor;
    }

    /// <summary>One tensor for each input of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="seed">Same seed, same numbers.</param>
    /// <param name="dimension">The size of dimensions that are not numbers.</param>
    public static Dictionary<string, Tensor> FeedsOf(Graph graph, int seed = 1, Func<Dimension, long>? dimension = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        Random random = new(seed);
        Dictionary<string, Tensor> feeds = [];
        foreach (Value input in graph.Inputs)
        {
            long[] dimensions = [.. (input.Shape ?? SymbolicShape.Scalar).Select(d => d.IsFixed ? d.Value : dimension?.Invoke(d) ?? 2)];
            feeds.Add(input.Name, Create(random, input.DataType, dimensions));
        }

        return feeds;
    }

    private static void Fill<T>(Tensor tensor, Func<T> next)
        where T : unmanaged
    {
        foreach (ref T element in tensor.AsSpan<T>())
            element = next();
    }
}
