using Hone.Graphs;
using Hone.Kernels.MatMul;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>A product with constant weights and what follows it; all but the last dimension are rows. The kernel is the subclass's.</summary>
/// <param name="group">What is computed.</param>
/// <param name="k">Length of the sums.</param>
/// <param name="n">Columns of the result.</param>
/// <param name="residual">What is added, of the output's shape, or null.</param>
internal abstract unsafe class MatMulOperation(NodeGroup group, int k, int n, Value? residual) : Operation(group)
{
    protected int K => k;

    protected int N => n;

    protected bool HasResidual => residual is not null;

    protected abstract string KernelId { get; }

    protected abstract void Run(in MatMulArguments arguments);

    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid)
    {
        TensorShape input = plan.ShapeOf(Inputs[0])!;
        if (grid.LeadingAxes(input) is not (>= 0 and var axes) || axes == input.Rank || (residual is not null && !plan.ShapeOf(residual)!.Equals(plan.ShapeOf(Outputs[0]))))
            return null;
        return residual is null ? [Inputs[0]] : [Inputs[0], residual];
    }

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape output = OutputShape(plan);
        if (residual is not null && !plan.ShapeOf(residual)!.Equals(output))
            return false;
        Operand x = plan.Input(Inputs[0], Layout.RowMajor);
        Operand? r = residual is null ? null : plan.Input(residual, Layout.RowMajor);
        Operand y = plan.Output(Outputs[0], Layout.RowMajor, false, r is null ? [] : [r]);
        RowCount rows = plan.Rows(output.ElementCount / n);
        plan.Step(KernelId, frame => Run(new MatMulArguments
        {
            Input = frame[x], InputStride = k, Rows = checked((int)rows.In(frame)), Output = frame[y], OutputStride = n,
            Residual = r is null ? null : frame[r], ResidualStride = n, MaxThreads = frame.MaxThreads,
        }));
        return true;
    }
}
