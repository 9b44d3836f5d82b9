using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Compression.Channels.Rules;

/// <summary>What constant channels become.</summary>
internal static class ConstantChannels
{
    /// <summary>Behind an elementwise operator, by reference evaluation; forgotten where it cannot run on float32.</summary>
    internal static ChannelVector Through(Node node, ChannelVector vector)
    {
        Value input = node.Input(0)!;
        bool canEvaluate = input.DataType == DataType.Float32 && node.Output.DataType == DataType.Float32 && node.Operator.IsDeterministic
            && node.Inputs.Skip(1).All(i => i is null or { IsConstant: true });
        if (!canEvaluate || Array.TrueForAll(vector.Constants, double.IsNaN))
            return vector.WithoutConstants();
        EvaluationScope scope = new();
        using Tensor numbers = Tensor.Vector<float>(Array.ConvertAll(vector.Constants, c => double.IsNaN(c) ? 0 : (float)c));
        scope.Set(input, numbers);
        GraphEvaluation.EvaluateNode(node, scope);
        using Tensor results = scope.Find(node.Output)!; // just evaluated
        float[] elements = results.ToSingleArray();
        return vector with { Constants = [.. vector.Constants.Select((c, i) => double.IsNaN(c) ? c : elements[i])] };
    }
}
