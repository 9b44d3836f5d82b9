using Hone.Graphs;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Operators that leave every element where it is: a new shape, or nothing at all.</summary>
internal static class ViewLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        bool isPlain = node.Inputs[0] is { IsConstant: false } && node.Outputs.Skip(1).All(o => o is null);
        bool isTraining = node.Is("Dropout") && node.Input(2) is { } training && training.Constant?.Bytes[0] != 0;
        return isPlain && !isTraining ? new ViewOperation(GraphLowering.SingleNode(node, context)) : null;
    }
}
