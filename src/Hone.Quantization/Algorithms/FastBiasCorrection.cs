using Hone.Evaluation;
using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Quantization.Algorithms;

/// <summary>Takes out of the biases what rounding the weights adds to the mean of every output channel.</summary>
/// <remarks>
/// With W the weights, Q their rounded form and E[x] the mean of the layer's inputs on sample data, the outputs move by <c>(Q - W) · E[x]</c> on
/// average; the bias is lowered by that much. One run of the float graph over the data, then arithmetic on constants. It matters most for depthwise
/// convolutions, whose channels sum few products. Nagel et al., "Data-Free Quantization through Weight Equalization and Bias Correction" (2019),
/// section 4.2. Padding is not looked at: the means are those of the inner part of an image. Opt-in.
/// </remarks>
public static class FastBiasCorrection
{
    /// <summary>Corrects the biases of a quantized graph, in place.</summary>
    /// <param name="original">The float graph that was quantized.</param>
    /// <param name="quantized">Made from it, with the names of its nodes; layers without a bias are left as they are.</param>
    /// <param name="batches">Sample data. They stay the caller's.</param>
    /// <param name="engine">Runs the float graph.</param>
    /// <param name="cancellationToken">Stops between two batches, and within one; the graph has then not changed.</param>
    /// <returns>The number of corrected layers.</returns>
    /// <exception cref="QuantizationException">There was no batch.</exception>
    public static int Apply(
        Graph original,
        Graph quantized,
        IEnumerable<IReadOnlyDictionary<string, Tensor>> batches,
        IGraphEngine engine,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(quantized);
        Dictionary<string, Node> byName = quantized.Nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        (Node Float, Node Quantized)[] layers =
            [.. original.Nodes.Where(IsLayer).Where(n => byName.ContainsKey(n.Name)).Select(n => (n, byName[n.Name])).Where(p => IsCorrectable(p.n, p.Item2))];
        Value[] inputs = [.. layers.Select(l => l.Float.Inputs[0]!).Distinct()];
        Dictionary<Value, double[]> means = ChannelMeans.Measure(original, inputs, batches, engine, cancellationToken);
        GraphPatch patch = new(quantized, "correct biases");
        foreach ((Node exact, Node rounded) in layers)
        {
            double[] shift = Shift(exact, rounded, means[exact.Inputs[0]!]);
            Correct(patch, rounded.Inputs[2]!, shift);
        }

        patch.Apply();
        return layers.Length;
    }

    private static bool IsLayer(Node node) =>
        (node.Is("Conv") || node.Is("Gemm")) && node.Input(1) is { IsConstant: true, DataType: DataType.Float32 }
        && node.Input(0) is { IsConstant: false, Shape.Rank: >= 2 } && node.Input(2) is { IsConstant: true, Shape.Rank: 1 }
        && !node.Attributes.GetBool("transA");

    private static bool IsCorrectable(Node exact, Node rounded) =>
        rounded.Operator == exact.Operator && StoredWeight.Of(rounded.Input(1)) is not null && rounded.Input(2) is { } bias
        && (bias is { IsConstant: true, Consumers.Count: 1 } || StoredWeight.Of(bias) is { Codes.Consumers.Count: 1 });

    /// <summary>What the rounding of the weights adds to the mean of each output channel.</summary>
    private static double[] Shift(Node node, Node rounded, double[] inputMeans)
    {
        Tensor weight = node.Inputs[1]!.Constant!;
        using Tensor dequantized = StoredWeight.Of(rounded.Input(1))!.Value.Dequantize();
        bool isRowPerOutput = node.Is("Conv") || node.Attributes.GetBool("transB");
        ChannelIndex outputs = new(weight.Shape, isRowPerOutput ? 0 : 1);
        ChannelIndex inputs = new(weight.Shape, isRowPerOutput ? 1 : 0);
        long groups = node.Is("Conv") ? node.Attributes.GetInt("group", 1) : 1;
        double[] shift = new double[outputs.Count];
        ReadOnlySpan<float> exact = weight.AsSpan<float>();
        ReadOnlySpan<float> approximate = dequantized.AsSpan<float>();
        for (int i = 0; i < exact.Length; i++)
        {
            int output = outputs.Of(i);
            long group = output / (outputs.Count / groups);
            shift[output] += ((double)approximate[i] - exact[i]) * inputMeans[(group * inputs.Count) + inputs.Of(i)];
        }

        return shift;
    }

    private static void Correct(GraphPatch patch, Value bias, double[] shift)
    {
        if (bias.IsConstant)
        {
            float[] corrected = [.. bias.Constant!.ToSingleArray().Zip(shift, (b, s) => (float)(b - s))];
            patch.ReplaceConstant(bias, Tensor.Vector<float>(corrected));
            return;
        }

        StoredWeight stored = StoredWeight.Of(bias)!.Value;
        int[] codes = stored.Codes.Constant!.AsSpan<int>().ToArray();
        float[] scales = stored.Scale.Constant!.ToSingleArray();
        for (int i = 0; i < codes.Length; i++)
            codes[i] = (int)Math.Clamp(codes[i] - Math.Round(shift[i] / scales[scales.Length == 1 ? 0 : i]), -int.MaxValue, int.MaxValue);
        patch.ReplaceConstant(stored.Codes, Tensor.Vector<int>(codes));
    }
}
