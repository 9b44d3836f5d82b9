using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering;

/// <summary>A group of nodes in the form in which this machine computes it: kernels chosen, weights packed, sizes still open. Immutable.</summary>
internal abstract class Operation(NodeGroup group) : IDisposable
{
    internal NodeGroup Group => group;

    internal string Name => group.Anchor.Name;

    /// <summary>What it reads, constants excluded.</summary>
    internal IReadOnlyList<Value> Inputs => group.Inputs;

    internal IReadOnlyList<Value> Outputs => group.Outputs;

    /// <summary>Bytes of weights that it keeps in a form of its own.</summary>
    internal virtual long PackedByteCount => 0;

    /// <summary>What runs nested graphs, or null for an operation without any.</summary>
    internal virtual INestedGraphRunner? NestedRunner => null;

    /// <summary>Packs the weights. Called once, before the first plan, from any thread.</summary>
    internal virtual void Prepare()
    {
    }

    /// <summary>Adds its steps for inputs of known shapes.</summary>
    internal void Plan(PlanBuilder plan)
    {
        if (plan.IsStatic(this) && TryPlan(plan))
            return;
        plan.TakePadding(this);
        ReferenceSteps.Plan(this, plan);
    }

    /// <summary>Adds the steps of the fast kernel.</summary>
    /// <returns>False, with nothing added, where the kernel cannot compute these shapes.</returns>
    protected abstract bool TryPlan(PlanBuilder plan);

    /// <summary>Whether inputs may be without elements, as the cache of a decoder that has read nothing yet.</summary>
    internal virtual bool TakesEmptyInputs => false;

    /// <summary>Whether it writes a channels-last output whose pixels are further apart than its channels.</summary>
    internal virtual bool WritesStrided(PlanBuilder plan) => false;

    /// <summary>Whether it reads the input channels-last with pixels further apart than its channels.</summary>
    internal virtual bool ReadsStrided(Value input) => false;

    /// <summary>The inputs of tokens of which it computes each token by itself, whatever the others are; null for an operation that does not.</summary>
    /// <param name="plan">Knows the shapes.</param>
    /// <param name="grid">The tokens, which lie next to each other in these inputs and in the outputs.</param>
    internal virtual IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) => null;

    /// <summary>The outputs that have the tokens of the inputs.</summary>
    internal virtual IReadOnlyList<Value> TokenOutputs => Outputs;

    /// <summary>Whether it only turns sequences side by side to sequences behind each other, or back.</summary>
    internal virtual bool SwapsTokenAxes => false;

    /// <inheritdoc/>
    public void Dispose() => Release();

    /// <summary>Frees packed weights.</summary>
    protected virtual void Release()
    {
    }

    /// <summary>The shape of the only output.</summary>
    protected TensorShape OutputShape(PlanBuilder plan) => plan.ShapeOf(Outputs[0])!;
}
