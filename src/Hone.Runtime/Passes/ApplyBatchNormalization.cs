using Hone.Graphs;
using Hone.Rewriting;
using Hone.Tensors;

namespace Hone.Runtime.Passes;

/// <summary>
/// A BatchNormalization that no weight could take in → a depthwise 1 x 1 convolution for images, which takes the activation behind it along; elsewhere a
/// product and a sum. Networks that normalize before they convolve, such as DenseNet, are full of them.
/// </summary>
internal sealed class ApplyBatchNormalization : RewriteRule
{
    public override string Name => "apply batch normalization";

    public override GraphPatch? Rewrite(Graph graph, Node node)
    {
        if (!node.Is("BatchNormalization") || node.Attributes.GetBool("training_mode") || node.Outputs.Count != 1)
            return null;
        Value x = node.Inputs[0]!;
        if (x.DataType != DataType.Float32 || x.Shape is not { Rank: >= 2 } shape || Factors(node) is not { } factors)
            return null;
        (float[] scale, float[] shift) = factors;
        GraphPatch patch = new(graph, Name);
        string name = node.Output.Name;
        if (shape.Rank == 4)
        {
            Value weight = patch.Constant($"{name}_scale", Tensor.Create(scale, scale.Length, 1, 1, 1));
            Value bias = patch.Constant($"{name}_shift", Tensor.Create(shift, shift.Length));
            patch.Replace(node.Output, patch.Node("Conv", [x, weight, bias], AttributeMap.Of(("group", (long)scale.Length)), node.Name));
        }
        else
        {
            long[] dimensions = [scale.Length, .. Enumerable.Repeat(1L, shape.Rank - 2)];
            Value product = patch.Node("Mul", [x, patch.Constant($"{name}_scale", Tensor.Create(scale, dimensions))]);
            patch.Replace(node.Output, patch.Node("Add", [product, patch.Constant($"{name}_shift", Tensor.Create(shift, dimensions))], null, node.Name));
        }

        return patch;
    }

    /// <summary>scale / sqrt(variance + epsilon), and bias - mean times it, computed in float64.</summary>
    private static (float[] Scale, float[] Shift)? Factors(Node node)
    {
        if (Enumerable.Range(1, 4).Any(i => node.Input(i)?.Constant is not { DataType: DataType.Float32 }))
            return null;
        ReadOnlySpan<float> gamma = node.Inputs[1]!.Constant!.AsSpan<float>();
        ReadOnlySpan<float> beta = node.Inputs[2]!.Constant!.AsSpan<float>();
        ReadOnlySpan<float> mean = node.Inputs[3]!.Constant!.AsSpan<float>();
        ReadOnlySpan<float> variance = node.Inputs[4]!.Constant!.AsSpan<float>();
        double epsilon = node.Attributes.GetFloat("epsilon", 1e-5f);
        float[] scale = new float[gamma.Length];
        float[] shift = new float[gamma.Length];
        for (int c = 0; c < scale.Length; c++)
        {
            double factor = gamma[c] / Math.Sqrt(variance[c] + epsilon);
            scale[c] = (float)factor;
            shift[c] = (float)(beta[c] - (mean[c] * factor));
        }

        return (scale, shift);
    }
}
