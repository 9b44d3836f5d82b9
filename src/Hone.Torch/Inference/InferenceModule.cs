using Hone.Graphs;
using Hone.Torch.GraphModules;
using static TorchSharp.torch;

namespace Hone.Torch.Inference;

/// <summary>A trained module made ready for inference on libtorch: what <c>torch.jit.freeze</c> and <c>torch.jit.optimize_for_inference</c> do in Python.</summary>
/// <remarks>
/// Batch normalizations are folded into convolutions, dropouts and other training-only nodes are gone, convolutions run channels-last on weights packed
/// once, with the bias, residual addition and activation in the same pass; every tensor is freed after its last use. The module has no parameters,
/// always computes in inference mode and gives tensors without gradients. Safe for concurrent calls. Where libtorch lacks the packed operators (outside
/// Linux on x64) the ordinary ones are called.
/// </remarks>
public sealed class InferenceModule : nn.Module<Tensor, Tensor>
{
    private readonly InferencePlan _plan;

    /// <summary>Prepares a model. The model is not changed.</summary>
    /// <param name="model">In float32; best optimized.</param>
    /// <exception cref="UnsupportedOperatorException">Some operators cannot be executed on libtorch; all of them are listed.</exception>
    public InferenceModule(Model model)
        : base(nameof(InferenceModule))
    {
        ArgumentNullException.ThrowIfNull(model);
        using IDisposable mode = inference_mode();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        _plan = InferencePlan.Create(model.Graph);
        eval();
    }

    /// <value>The graph that is executed.</value>
    public Graph Graph => _plan.Graph;

    /// <value>How many convolutions run on packed weights.</value>
    public int PackedConvolutionCount => _plan.PackedConvolutionCount;

    /// <summary>Runs a module of one input and one output.</summary>
    /// <exception cref="InvalidOperationException">The graph has more inputs or outputs; use <see cref="Execute"/>.</exception>
    public override Tensor forward(Tensor input) => SingleTensorCall.Run(input, Graph.Inputs.Count, Graph.Outputs.Count, Execute);

    /// <summary>Runs the module.</summary>
    /// <param name="inputs">One tensor for each graph input, in order.</param>
    /// <returns>One tensor for each graph output, in order.</returns>
    /// <exception cref="ArgumentException">The number of inputs is another.</exception>
    public IReadOnlyList<Tensor> Execute(IReadOnlyList<Tensor> inputs)
    {
        SingleTensorCall.CheckInputs(inputs, Graph.Inputs.Count);
        using IDisposable mode = inference_mode();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Tensor?[] slots = _plan.NewSlots(inputs);
        foreach (InferenceStep step in _plan.Steps)
            Run(step, slots);
        // An output that is an input or a constant must not be disposed by whoever receives it.
        return [.. _plan.OutputSlots.Select((slot, i) => (Graph.Outputs[i].Producer is null ? slots[slot]!.alias() : slots[slot]!).MoveToOuterDisposeScope())];
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _plan.Dispose();
        base.Dispose(disposing);
    }

    private static void Run(InferenceStep step, Tensor?[] slots)
    {
        Tensor[] outputs = step.Compute(slots);
        for (int i = 0; i < step.Outputs.Length; i++)
        {
            if (step.Outputs[i] >= 0)
                slots[step.Outputs[i]] = Array.Exists(step.Reads, r => r >= 0 && ReferenceEquals(slots[r], outputs[i])) ? outputs[i].alias() : outputs[i];
        }

        foreach (int slot in step.Released)
        {
            slots[slot]?.Dispose();
            slots[slot] = null;
        }
    }
}
