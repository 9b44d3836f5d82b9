using Hone.Graphs;
using Hone.Rewriting;

namespace Hone.Quantization.Algorithms;

/// <summary>
/// Moves scale between the channels of two consecutive layers, so that all channels of the first use their codes equally well. The graph computes the
/// same numbers, up to rounding.
/// </summary>
/// <remarks>
/// <para>Conv or Gemm → (Relu) → Conv or Gemm, each value read once, weights constant and read once: channel i of the first layer is divided by
/// <c>s_i = sqrt(r1_i / r2_i)</c>, with r the largest absolute weight of the channel in each layer, and its use in the second layer multiplied. Only
/// activations that commute with a positive factor lie between, so a Clip stops it. The second convolution has one group, or is depthwise.</para>
/// <para>It helps where weights have one scale for the tensor, depthwise networks most; with a scale per channel it changes little. Opt-in.
/// Nagel et al., "Data-Free Quantization through Weight Equalization and Bias Correction" (2019), section 4.1.</para>
/// </remarks>
public sealed class CrossLayerEqualization : IGraphPass
{
    /// <summary>Scales this near to 1 change nothing that 8 bits could show.</summary>
    private const float Tolerance = 1e-2f;

    /// <summary>The sweeps converge fast; a chain of layers settles well before this.</summary>
    private const int MostSweeps = 100;

    /// <inheritdoc/>
    public string Name => "equalize layers";

    /// <inheritdoc/>
    public bool Run(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        bool changedAny = false;
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            bool changed = false;
            foreach (Node first in graph.Nodes.Where(EqualizedLayer.IsLayer).ToArray())
            {
                if (Second(graph, first) is { } second)
                    changed |= Equalize(graph, new EqualizedLayer(first), new EqualizedLayer(second));
            }

            if (!changed)
                break;
            changedAny = true;
        }

        return changedAny;
    }

    private static Node? Second(Graph graph, Node first)
    {
        Node? next = OnlyReader(graph, first.Output);
        if (next is not null && next.Is("Relu"))
            next = OnlyReader(graph, next.Output);
        return next is not null && EqualizedLayer.IsLayer(next) && next.Inputs[0]!.Producer is not null && next.Is(first.Operator.Name) ? next : null;
    }

    private static Node? OnlyReader(Graph graph, Value value) =>
        graph.UseCount(value) == 1 && value.Consumers.Count == 1 && value.Consumers[0].Inputs[0] == value ? value.Consumers[0] : null;

    private static bool Equalize(Graph graph, EqualizedLayer first, EqualizedLayer second)
    {
        if (second.InputChannels != first.OutputChannels)
            return false;
        float[] before = first.OutputMagnitudes();
        float[] after = second.InputMagnitudes();
        float[] factors = new float[before.Length];
        bool changes = false;
        for (int i = 0; i < factors.Length; i++)
        {
            // A dead channel has no range to share.
            float factor = before[i] > 0 && after[i] > 0 ? MathF.Sqrt(before[i] / after[i]) : 1;
            factors[i] = float.IsFinite(factor) && factor > 0 ? factor : 1;
            changes |= MathF.Abs(factors[i] - 1) > Tolerance;
        }

        if (!changes)
            return false;
        GraphPatch patch = new(graph, "equalize layers");
        first.DivideOutputs(patch, factors);
        second.MultiplyInputs(patch, factors);
        patch.Apply();
        return true;
    }
}
