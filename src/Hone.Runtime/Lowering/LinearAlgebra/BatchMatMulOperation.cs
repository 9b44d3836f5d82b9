using Hone.Graphs;
using Hone.Kernels.Cpu;
using Hone.Kernels.MatMul;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.LinearAlgebra;

/// <summary>float32 products of two run-time operands, whose batch dimensions may be broadcast.</summary>
internal sealed unsafe class BatchMatMulOperation(NodeGroup group, Value left, Value right, KernelOptions options) : Operation(group)
{
    private readonly F32BatchMatMul _kernel = new(options);

    protected override bool TryPlan(PlanBuilder plan)
    {
        TensorShape a = plan.ShapeOf(left)!, b = plan.ShapeOf(right)!;
        if (a.Rank < 2 || b.Rank < 2 || Batch(a, b) is not { } batch)
            return false;
        int m = checked((int)a[-2]), k = checked((int)a[-1]), n = checked((int)b[-1]);
        nint aSize = (nint)m * k, bSize = (nint)k * n, cSize = (nint)m * n;
        Operand x = plan.Input(left, Layout.RowMajor), y = plan.Input(right, Layout.RowMajor), z = plan.Output(Outputs[0], Layout.RowMajor);
        F32BatchMatMul kernel = _kernel;
        plan.Step(kernel.KernelId, frame => kernel.Run(new BatchMatMulArguments
        {
            Outer = batch.Outer, Inner = batch.Inner, M = m, N = n, K = k,
            A = (float*)frame[x], ARowStride = k, AOuterStride = batch.AOuter * aSize, AInnerStride = batch.AInner * aSize,
            B = (float*)frame[y], BRowStride = n, BOuterStride = batch.BOuter * bSize, BInnerStride = batch.BInner * bSize,
            C = (float*)frame[z], CRowStride = n, COuterStride = batch.Inner * cSize, CInnerStride = cSize,
            MaxThreads = frame.MaxThreads,
        }));
        return true;
    }

    protected override void Release() => _kernel.Dispose();

    /// <summary>The batch as an outer and an inner dimension, with the strides of both sides in matrices; null where it takes more dimensions.</summary>
    private static (int Outer, int Inner, int AOuter, int AInner, int BOuter, int BInner)? Batch(TensorShape a, TensorShape b)
    {
        int rank = Math.Max(a.Rank, b.Rank) - 2;
        List<(long Size, bool A, bool B)> dimensions = [];
        for (int i = 0; i < rank; i++)
        {
            long da = At(a, i - rank), db = At(b, i - rank), size = Math.Max(da, db);
            (long Size, bool A, bool B) dimension = (size, da != 1, db != 1);
            if (size == 1)
                continue;
            if (dimensions.Count > 0 && dimensions[^1].A == dimension.A && dimensions[^1].B == dimension.B)
                dimensions[^1] = (dimensions[^1].Size * size, dimension.A, dimension.B);
            else
                dimensions.Add(dimension);
        }

        if (dimensions.Count > 2)
            return null;
        (long Size, bool A, bool B) inner = dimensions.Count > 0 ? dimensions[^1] : (1, false, false), outer = dimensions.Count > 1 ? dimensions[0] : (1, false, false);
        int innerSize = checked((int)inner.Size);
        return (checked((int)outer.Size), innerSize,
            outer.A ? (inner.A ? innerSize : 1) : 0, inner.A ? 1 : 0,
            outer.B ? (inner.B ? innerSize : 1) : 0, inner.B ? 1 : 0);

        static long At(TensorShape shape, int fromMatrix) => -fromMatrix <= shape.Rank - 2 ? shape[shape.Rank - 2 + fromMatrix] : 1;
    }
}
