using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Quantization.Static;

/// <summary>Writes a plan into its graph: weights become integers, activations get <c>QuantizeLinear</c> and <c>DequantizeLinear</c>.</summary>
public static class Converter
{
    /// <summary>Changes the plan's graph.</summary>
    /// <param name="plan">From <see cref="Annotator"/>; its graph is changed, so it can be used once.</param>
    /// <param name="config">The configuration that made it.</param>
    /// <param name="activations">Parameters of every group, by <see cref="ActivationPlacement.Key"/>.</param>
    /// <param name="weights">Parameters of weights by the name of the constant; a weight that is missing is quantized by its own range.</param>
    /// <exception cref="QuantizationException">A group has no parameters, or a weight is NaN or infinite.</exception>
    public static void Convert(
        QuantizationPlan plan,
        StaticQuantizationConfig config,
        IReadOnlyDictionary<string, QuantizationParameters> activations,
        IReadOnlyDictionary<string, QuantizationParameters>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(activations);
        Dictionary<Value, QuantizationParameters> byValue = [];
        foreach (ActivationPlacement group in plan.Activations)
        {
            if (!activations.TryGetValue(group.Key, out QuantizationParameters? parameters))
                throw new QuantizationException(group.Key, "no range is known; calibrate with a plan of the same graph.");
            foreach (Value member in group.Members)
                byValue[member] = parameters;
        }

        // Biases are scaled by input and weight, so they come first, while the nodes still read the values of the plan.
        Dictionary<WeightPlacement, QuantizationParameters> weightParameters =
            plan.Weights.ToDictionary(w => w, w => BiasFit.Apply(w, WeightParameters(w, config, weights), byValue));
        GraphPatch patch = new(plan.Graph, "quantize");
        Dictionary<Value, Value> quantizedWeights = [];
        foreach (WeightPlacement weight in plan.Weights)
        {
            if (!quantizedWeights.TryGetValue(weight.Weight, out Value? quantized))
                quantizedWeights.Add(weight.Weight, quantized = QuantizedConstants.Weight(patch, weight.Weight, weightParameters[weight]));
            patch.ReplaceInput(weight.Node, weight.InputIndex, quantized);
            if (weight.Node.Input(2) is { } bias && byValue.TryGetValue(weight.Node.Inputs[0]!, out QuantizationParameters? input))
            {
                if (QuantizedConstants.Bias(patch, bias, input, weightParameters[weight]) is { } quantizedBias)
                    patch.ReplaceInput(weight.Node, 2, quantizedBias);
            }
        }

        foreach (ActivationPlacement group in plan.Activations)
        {
            Value scale = patch.Constant($"{group.Key}_scale", activations[group.Key].ScaleTensor());
            Value zeroPoint = patch.Constant($"{group.Key}_zero_point", activations[group.Key].ZeroPointTensor());
            foreach (Value member in group.Members)
                patch.Replace(member, QuantizeAndDequantize(patch, member, scale, zeroPoint));
        }

        patch.Apply();
    }

    private static Value QuantizeAndDequantize(GraphPatch patch, Value value, Value scale, Value zeroPoint)
    {
        Value codes = patch.Node("QuantizeLinear", [value, scale, zeroPoint], name: $"{value.Name}_quantized");
        return patch.Node("DequantizeLinear", [codes, scale, zeroPoint], name: QuantizedNames.Dequantized(value.Name));
    }

    private static QuantizationParameters WeightParameters(WeightPlacement weight, StaticQuantizationConfig config, IReadOnlyDictionary<string, QuantizationParameters>? given) =>
        given?.GetValueOrDefault(weight.Weight.Name)
        ?? WeightRange.Parameters(weight.Weight.Name, weight.Weight.Constant!, config.Weight with { Axis = config.IsPerChannel ? weight.ChannelAxis : null });
}
