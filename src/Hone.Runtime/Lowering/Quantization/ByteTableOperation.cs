using Hone.Graphs;
using Hone.Kernels.Memory;
using Hone.Kernels.Threading;
using Hone.Runtime.Execution;
using Hone.Runtime.Lowering.Elementwise;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;

namespace Hone.Runtime.Lowering.Quantization;

/// <summary>y[i] = table[x[i]] on 8-bit codes, in whatever layout x has.</summary>
internal sealed unsafe class ByteTableOperation : Operation
{
    private readonly NativeBuffer _table = new(256);

    internal ByteTableOperation(NodeGroup group, ReadOnlySpan<byte> table)
        : base(group) => table.CopyTo(new Span<byte>(_table.Pointer, 256));

    internal override long PackedByteCount => 256;

    internal override IReadOnlyList<Value>? TokenInputs(PlanBuilder plan, TokenGrid grid) => TokenBroadcast.Inputs(plan, grid, Inputs, Outputs[0]);

    protected override bool TryPlan(PlanBuilder plan)
    {
        Operand x = plan.Input(Inputs[0], plan.LayoutOf(Inputs[0]));
        Operand y = plan.Output(Outputs[0], x.Layout, false, x);
        RowCount elements = plan.Rows(x.ElementCount);
        NativeBuffer table = _table;
        plan.Step("u8-table", frame =>
        {
            ByteTableJob run = new() { Table = table.Pointer, Source = frame[x], Target = frame[y], Count = (nint)elements.In(frame) };
            WorkerPool.Shared.Run(ref run, ElementBlocks.Count(run.Count), frame.MaxThreads);
        });
        return true;
    }

    protected override void Release() => _table.Dispose();
}
