using Hone.Graphs;
using Hone.Kernels.Attention;
using Hone.Kernels.Cpu;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Attention;

/// <summary>Attention that never writes its scores.</summary>
internal sealed unsafe partial class AttentionOperation(NodeGroup group, HeadSource[] sources, Node? join, KernelOptions options) : Operation(group)
{
    private readonly FlashAttention _kernel = new(options);

    protected override bool TryPlan(PlanBuilder plan)
    {
        Node node = Group.Anchor;
        TensorShape[] shapes = [.. sources.Select(s => plan.ShapeOf(s.Value)!)];
        long heads = node.Attributes.GetInt("q_num_heads", 0), keyHeads = node.Attributes.GetInt("kv_num_heads", 0);
        long[] q = sources[0].Sizes(shapes[0], heads), k = sources[1].Sizes(shapes[1], keyHeads), v = sources[2].Sizes(shapes[2], keyHeads);
        if (k[0] != q[0] || v[0] != q[0] || k[1] != v[1] || q[1] % k[1] != 0 || Mask(plan, [q[0], q[1], q[2], k[2]]) is not (true, var strides))
            return false;
        Operand[] inputs = [.. sources.Select(s => plan.Input(s.Value, Layout.RowMajor))];
        Operand? mask = node.Input(3) is { } m ? plan.Input(m, Layout.RowMajor) : null;
        bool isBool = mask?.DataType == DataType.Bool;
        Operand output = plan.Output(Outputs[0], Layout.RowMajor);
        AttentionArguments arguments = new()
        {
            Batch = checked((int)q[0]), Heads = checked((int)q[1]), KeyHeads = checked((int)k[1]), Queries = checked((int)q[2]), Keys = checked((int)k[2]),
            Depth = checked((int)q[3]), ValueDepth = checked((int)v[3]), Scale = node.Attributes.GetFloat("scale", 1 / MathF.Sqrt(q[3])),
            IsCausal = node.Attributes.GetBool("is_causal"),
        };
        var outputStrides = OutputStrides(q, (nint)v[3]);
        var queryStrides = sources[0].Strides(shapes[0], heads);
        var keyStrides = sources[1].Strides(shapes[1], keyHeads);
        var valueStrides = sources[2].Strides(shapes[2], keyHeads);
        Operand? record = null;
        TokenGrid grid = plan.Tokens ?? default;
        if (plan.Tokens is not null)
        {
            record = plan.TokenRecord();
            queryStrides = OnTokens(queryStrides.Head, shapes[0], grid);
            keyStrides = OnTokens(keyStrides.Head, shapes[1], grid);
            valueStrides = OnTokens(valueStrides.Head, shapes[2], grid);
            outputStrides = OnTokens(outputStrides.Head, OutputShape(plan), grid);
        }

        plan.Step(_kernel.KernelId, frame =>
        {
            AttentionArguments run = arguments;
            run.Query = new HeadRows((float*)frame[inputs[0]], queryStrides.Batch, queryStrides.Head, queryStrides.Row);
            run.Key = new HeadRows((float*)frame[inputs[1]], keyStrides.Batch, keyStrides.Head, keyStrides.Row);
            run.Value = new HeadRows((float*)frame[inputs[2]], valueStrides.Batch, valueStrides.Head, valueStrides.Row);
            run.Output = new HeadRows((float*)frame[output], outputStrides.Batch, outputStrides.Head, outputStrides.Row);
            run.MaxThreads = frame.MaxThreads;
            if (record is not null && new TokenRecord(frame[record], grid) is { KeepsPadding: 0 } tokens)
            {
                run.RowOffsets = tokens.Offsets;
            }
            else
            {
                run.Mask = new HeadRows(mask is null || isBool ? null : (float*)frame[mask], strides[0], strides[1], strides[2]);
                run.ByteMask = isBool ? frame[mask!] : null;
            }

            _kernel.Run(run);
        });
        return true;
    }

    protected override void Release() => _kernel.Dispose();

    /// <summary>The strides of the output by batch, head and row: as the inputs lie, or as the transposition behind wants it.</summary>
    private (nint Batch, nint Head, nint Row) OutputStrides(long[] q, nint depth)
    {
        (nint batches, nint heads, nint rows) = ((nint)q[0], (nint)q[1], (nint)q[2]);
        if (sources[0].Permutation is not null && join is null)
            return (heads * rows * depth, rows * depth, depth);
        bool isRowMajor = join?.Attributes.GetInts("perm")?[0] == 2;
        return isRowMajor ? (heads * depth, depth, batches * heads * depth) : (heads * rows * depth, depth, heads * depth);
    }

    /// <summary>The strides of the mask by batch, head and row; not possible where keys are repeated or left out.</summary>
    private (bool IsPossible, nint[] Strides) Mask(PlanBuilder plan, long[] scores)
    {
        nint[] result = new nint[3];
        if (Group.Anchor.Input(3) is not { } mask)
            return (true, result);
        TensorShape shape = plan.ShapeOf(mask)!;
        if (shape.Rank is 0 or > 4 || shape[-1] != scores[3])
            return (false, result);
        long[] strides = shape.Strides();
        for (int fromEnd = 2; fromEnd <= shape.Rank; fromEnd++)
        {
            if (shape[-fromEnd] != 1 && shape[-fromEnd] != scores[^fromEnd])
                return (false, result);
            result[^(fromEnd - 1)] = shape[-fromEnd] == 1 ? 0 : (nint)strides[^fromEnd];
        }

        return (true, result);
    }
}
