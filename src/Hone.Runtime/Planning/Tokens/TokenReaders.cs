using Hone.Graphs;
using Hone.Runtime.Lowering;
using Hone.Tensors;

namespace Hone.Runtime.Planning.Tokens;

/// <summary>Looks whether everything outside a region gives the same at real tokens when it reads zeros at padding.</summary>
internal sealed class TokenReaders(TokenRegion region)
{
    /// <summary>What can pick one position of each sequence: whoever picks padding gets zeros.</summary>
    private static readonly HashSet<string> s_picking = ["Gather", "GatherElements", "GatherND", "Slice"];

    /// <summary>What moves elements or computes each from the elements of one place.</summary>
    private static readonly HashSet<string> s_keeping =
    [
        "Abs", "Add", "Cast", "Clip", "Concat", "Div", "Equal", "Erf", "Exp", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Gelu", "Greater", "Identity", "LeakyRelu", "Less", "Max", "Min", "Mul", "Neg", "Not",
        "Pow", "Relu", "Reshape", "Sigmoid", "Slice", "Split", "Sqrt", "Squeeze", "Sub", "Swish", "Tanh", "Transpose", "Unsqueeze", "Where",
    ];

    /// <summary>Names the first operation that would give another result; null where there is none.</summary>
    internal string? Obstacle()
    {
        // What makes a factor that is checked leaves the region.
        HashSet<Value> seen = [.. region.Made.ToArray().Where(v => ReadersOutside(v).Length > 0 && HasZeros(v))];
        Queue<Value> open = new(region.Made);
        while (open.TryDequeue(out Value? value))
        {
            if (!seen.Add(value))
                continue;
            foreach (Operation reader in ReadersOutside(value))
            {
                string[] names = [.. reader.Group.OwnNodes.Select(n => n.Operator.ToString()).Distinct()];
                if (!names.All(s_keeping.Contains))
                    return $"'{reader.Name}' ({string.Join("+", names)}) computes from several tokens and would read zeros at padding.";
                foreach (Value output in reader.Outputs)
                    open.Enqueue(output);
            }
        }

        return null;
    }

    private Operation[] ReadersOutside(Value value) => [.. region.ReadersOf(value).Where(r => !region.Contains(r) && !Picks(r, value))];

    private bool Picks(Operation reader, Value value) =>
        reader.Group.OwnNodes is [{ } node] && s_picking.Contains(node.Operator.Name) && node.Inputs[0] == value && node.Inputs.Skip(1).All(i => i != value)
        && region.HasOneTokenOfEach(node.Output, value);

    /// <summary>Whether the value is a product with something that each run can check to be zero at padding: the mask of a mean over tokens.</summary>
    private bool HasZeros(Value value) =>
        value is { DataType: DataType.Float32, Producer: { } node } && node.Is("Mul") && region.WriterOf(value) is { } writer && writer.Group.OwnNodes.Count == 1
        && node.Inputs.OfType<Value>().Any(region.TryCheck);
}
