using Hone.Runtime.Planning;

namespace Hone.Runtime.Lowering;

/// <summary>A node without a fast kernel.</summary>
internal sealed class ReferenceOperation(NodeGroup group) : Operation(group)
{
    protected override bool TryPlan(PlanBuilder plan) => false;
}
