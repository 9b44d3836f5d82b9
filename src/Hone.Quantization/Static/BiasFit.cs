using Hone.Graphs;

namespace Hone.Quantization.Static;

/// <summary>Raises the scales of weights where the bias, in units of input scale * weight scale, would not fit 32 bits.</summary>
/// <remarks>
/// It happens in channels whose weights are almost 0, as dead channels are after folding a batch normalization. Their weights lose precision that did
/// not matter, and the layer keeps an integer kernel.
/// </remarks>
internal static class BiasFit
{
    /// <summary>Codes stay a little within the bounds, for the rounding of the scales.</summary>
    private const double LargestCode = int.MaxValue / 1.0001;

    internal static QuantizationParameters Apply(
        WeightPlacement weight, QuantizationParameters parameters, IReadOnlyDictionary<Value, QuantizationParameters> activations)
    {
        bool isShared = weight.Weight.Consumers.Count > 1;
        bool isSymmetric = Array.TrueForAll(parameters.ZeroPoints, z => z == parameters.ZeroPoints[0]);
        if (isShared || !isSymmetric || weight.Node.Input(2) is not { Shape.Rank: 1, Constant: { } bias })
            return parameters;
        if (!activations.TryGetValue(weight.Node.Inputs[0]!, out QuantizationParameters? input))
            return parameters;
        float[] scales = (float[])parameters.Scales.Clone();
        ReadOnlySpan<float> elements = bias.AsSpan<float>();
        if (scales.Length != 1 && scales.Length != elements.Length)
            return parameters;
        for (int i = 0; i < elements.Length; i++)
        {
            ref float scale = ref scales[scales.Length == 1 ? 0 : i];
            float needed = (float)(Math.Abs(elements[i]) / LargestCode / input.Scale);
            if (needed > scale)
                scale = needed;
        }

        return parameters with { Scales = scales };
    }
}
