using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Attention;

/// <summary>
/// <c>Attention</c> of float32 with heads in their own axis or in the last, without a cache of its own; transpositions that only split or join heads are
/// taken along as strides.
/// </summary>
internal static class AttentionLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        bool isPlain = Enumerable.Range(4, 3).All(i => node.Input(i) is null) && node.Outputs.Skip(1).All(o => o is null) && node.Attributes.GetFloat("softcap", 0) == 0;
        if (!isPlain || node.Inputs.Take(3).Any(i => i is not { DataType: DataType.Float32, Shape.Rank: 3 or 4 }) || node.Attributes.GetFloat("scale", 1) <= 0)
            return null;
        if (node.Input(3) is { DataType: not (DataType.Float32 or DataType.Bool) })
            return null;
        GroupBuilder group = new(context, node);
        HeadSource[] sources = [.. node.Inputs.Take(3).Select(i => HeadSource.Of(i!))];
        foreach (HeadSource source in sources)
        {
            if (!source.Value.IsConstant)
                group.Read(source.Value);
        }

        foreach (Value? input in node.Inputs.Take(3))
            group.Share(input);
        if (node.Input(3) is { IsConstant: false } mask)
            group.Read(mask);
        Node? join = group.Next is { } next && next.Is("Transpose") && group.Output.Shape?.Rank == 4 && HeadSource.JoinsHeads(next) ? next : null;
        if (join is not null)
            group.Extend(join);
        return new AttentionOperation(group.Build(), sources, join, context.KernelOptions);
    }
}
