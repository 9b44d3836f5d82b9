using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Bench.Decoders;

/// <summary>Inputs of one step of a decoder: some tokens behind a cache of some others.</summary>
internal static class DecoderFeeds
{
    /// <summary>Inputs by name for <c>input_ids</c>, <c>position_ids</c>, <c>attention_mask</c> and a cache of float32.</summary>
    internal static Dictionary<string, Tensor> Of(Graph graph, long tokens, long past)
    {
        Random random = new(2);
        Dictionary<string, Tensor> feeds = [];
        foreach (Value input in graph.Inputs)
        {
            if (input.Name.StartsWith("past", StringComparison.Ordinal))
            {
                Tensor cache = new(DataType.Float32, new TensorShape(1, input.Shape![1].Value, past, input.Shape[3].Value));
                foreach (ref float element in cache.AsSpan<float>())
                    element = random.NextSingle() - 0.5f;
                feeds.Add(input.Name, cache);
                continue;
            }

            long[] numbers = [.. Enumerable.Range(0, (int)(input.Name == "attention_mask" ? past + tokens : tokens)).Select(i => input.Name switch
            {
                "attention_mask" => 1L,
                "position_ids" => past + i,
                _ => i % 97,
            })];
            feeds.Add(input.Name, Tensor.Create(numbers, 1, numbers.Length));
        }

        return feeds;
    }
}
