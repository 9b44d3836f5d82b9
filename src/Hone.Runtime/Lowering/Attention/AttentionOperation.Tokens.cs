using Hone.Graphs;
using Hone.Runtime.Planning;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Attention;

internal sealed unsafe partial class AttentionOperation
{
    /// <summary>The values that hold the tokens of queries, keys and values.</summary>
    internal IEnumerable<Value> TokenSources => sources.Select(s => s.Value);

    /// <summary>The tokens, where sequences attend to themselves and a mask can only leave out padding; else the reason.</summary>
    internal (TokenAttention? Tokens, string? Reason) TokensIn(PlanBuilder plan)
    {
        if (!plan.IsStatic(this) || Group.Anchor.Input(3) is not { } mask || plan.ConstantOf(mask) is not null)
            return (null, $"'{Name}' has no mask that inputs tell.");
        TensorShape[] shapes = [.. sources.Select(s => plan.ShapeOf(s.Value)!)];
        long heads = Group.Anchor.Attributes.GetInt("q_num_heads", 0), keyHeads = Group.Anchor.Attributes.GetInt("kv_num_heads", 0);
        long[] q = sources[0].Sizes(shapes[0], heads), k = sources[1].Sizes(shapes[1], keyHeads), v = sources[2].Sizes(shapes[2], keyHeads);
        if (q[2] != k[2] || k[2] != v[2] || q[1] % k[1] != 0 || Mask(plan, [q[0], q[1], q[2], k[2]]) is not (true, var strides))
            return (null, $"'{Name}' has {q[2]} queries and {k[2]} keys, or a mask of another length.");
        if (!KeyMask.IsSameAlong(plan, mask, 2) || !KeyMask.IsSameAlong(plan, mask, 3))
            return (null, $"the mask of '{Name}' is not known to be the same for all queries and heads.");
        TokenGrid grid = new(q[0], q[2]);
        TokenOrder?[] orders = [sources[0].Order(shapes[0], heads, grid), sources[1].Order(shapes[1], keyHeads, grid), sources[2].Order(shapes[2], keyHeads, grid)];
        if (orders[0] is not { } inputs || orders.Any(o => o != inputs) || OutputOrder(q, (nint)v[3], grid) is not { } output)
            return (null, $"the heads of a token do not lie together in '{Name}'.");
        return (new TokenAttention(grid, inputs, output, new KeyMask(mask, strides[0])), null);
    }

    private TokenOrder? OutputOrder(long[] q, nint depth, TokenGrid grid)
    {
        (nint batch, nint head, nint row) = OutputStrides(q, depth);
        nint token = (nint)q[1] * depth;
        if (head != depth && q[1] > 1)
            return null;
        return (row == token || grid.Length == 1) && (batch == token * (nint)grid.Length || grid.Batch == 1) ? TokenOrder.SequenceMajor : TokenOrder.PositionMajor;
    }

    /// <summary>The strides of heads in tokens that lie behind each other.</summary>
    private static (nint Batch, nint Head, nint Row) OnTokens(nint head, TensorShape shape, TokenGrid grid)
    {
        nint token = (nint)(shape.ElementCount / grid.Count);
        return (token * (nint)grid.Length, head, token);
    }
}
