using Hone.Graphs;
using Hone.Torch.GraphModules;
using Hone.Torch.Native;
using static TorchSharp.torch;

namespace Hone.Torch.Inference;

/// <summary>A graph as a list of calls of libtorch, with fused and packed convolutions, that frees every tensor after its last use.</summary>
internal sealed class InferencePlan : IDisposable
{
    private readonly Dictionary<Value, int> _slots = [];
    private readonly List<Tensor?> _constants = [];
    private readonly List<InferenceStep> _steps = [];
    private readonly List<Tensor> _packed = [];

    private InferencePlan(Graph graph)
    {
        Graph = graph;
        foreach (Value input in graph.Inputs)
            Slot(input);
        FusedConvolutionPlan fusions = new(graph);
        List<UnsupportedOperator> missing = [];
        foreach (Node node in graph.Nodes)
        {
            if (fusions.IsAbsorbed(node))
                continue;
            if (fusions.Find(node) is { } fused)
                Add(fused);
            else if (ExecutorTable.Find(node.Operator.ToString()) is { } executor)
                Add(node, executor);
            else
                missing.Add(new UnsupportedOperator(node.Operator.ToString(), "it cannot be executed on libtorch", [node.Name]));
        }

        if (missing.Count > 0)
            throw new UnsupportedOperatorException(missing);
        OutputSlots = [.. graph.Outputs.Select(Slot)];
        PlanReleases();
    }

    internal Graph Graph { get; }

    internal int[] OutputSlots { get; }

    /// <value>How many convolutions run packed, with what follows them in the same pass.</value>
    internal int PackedConvolutionCount { get; private set; }

    internal IReadOnlyList<InferenceStep> Steps => _steps;

    /// <exception cref="UnsupportedOperatorException">Some operators have no executor; all of them are listed.</exception>
    internal static InferencePlan Create(Graph graph) => new(graph);

    /// <summary>Fresh slots with inputs and constants.</summary>
    internal Tensor?[] NewSlots(IReadOnlyList<Tensor> inputs)
    {
        Tensor?[] slots = [.. _constants];
        for (int i = 0; i < inputs.Count; i++)
            slots[i] = inputs[i];
        return slots;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _constants.OfType<Tensor>().Concat(_packed))
            tensor.Dispose();
    }

    private int Slot(Value value)
    {
        if (_slots.TryGetValue(value, out int slot))
            return slot;
        _slots.Add(value, _constants.Count);
        _constants.Add(value.Constant?.ToTorch().DetachFromDisposeScope());
        return _constants.Count - 1;
    }

    private void Add(Node node, NodeExecutor executor)
    {
        int[] inputs = [.. node.Inputs.Select(i => i is null ? -1 : Slot(i))];
        int[] outputs = [.. node.Outputs.Select(o => o is null ? -1 : Slot(o))];
        _steps.Add(new InferenceStep(slots => executor(new NodeCall(node, Array.ConvertAll(inputs, i => i < 0 ? null : slots[i]), false)), inputs, outputs));
    }

    private void Add(FusedConvolution fused)
    {
        using Tensor weight = fused.Weight.ToTorch();
        Tensor packed = PackedConvolution.Pack(weight, fused.Window, fused.InputShape).DetachFromDisposeScope();
        _packed.Add(packed);
        PackedConvolutionCount++;
        int input = Slot(fused.Input);
        int bias = fused.Bias is null ? -1 : Slot(fused.Bias);
        int other = fused.Addend is null ? -1 : Slot(fused.Addend);
        int output = Slot(fused.Output);
        Func<Tensor?[], Tensor[]> compute = other < 0
            ? slots => [PackedConvolution.Convolve(slots[input]!, packed, bias < 0 ? null : slots[bias], fused.Window, fused.Activation)]
            : slots => [PackedConvolution.ConvolveAndAdd(
                slots[input]!, slots[other]!, packed, bias < 0 ? null : slots[bias], fused.Window, fused.Activation == FusedActivation.Relu)];
        _steps.Add(new InferenceStep(compute, [input, other], [output]));
    }

    /// <summary>Only what a step wrote is freed: inputs belong to the caller, constants to the plan.</summary>
    private void PlanReleases()
    {
        HashSet<int> kept = [.. OutputSlots, .. Enumerable.Range(0, Graph.Inputs.Count)];
        HashSet<int> seen = [];
        foreach (InferenceStep step in Enumerable.Reverse(_steps))
        {
            step.Released = [.. step.Reads.Concat(step.Outputs).Where(s => s >= 0 && _constants[s] is null && !kept.Contains(s)).Distinct().Where(seen.Add)];
        }
    }
}
