using Hone.Graphs;
using Hone.Kernels.Recurrent;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Recurrent;

/// <summary><c>LSTM</c>, <c>GRU</c> and <c>RNN</c> of float32 with constant weights and the default activations, or the rectifier in an RNN.</summary>
internal static class RecurrentLowering
{
    private const int Bias = 3, Peepholes = 7;

    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, DataType: DataType.Float32 } || node.Attributes.GetBool("input_forget"))
            return null;
        if (context.FloatConstant(node.Inputs[1]) is not { Shape.Rank: 3 } input || context.FloatConstant(node.Inputs[2]) is not { Shape.Rank: 3 } hidden)
            return null;
        if (IsRuntimeValue(node.Input(Bias), context) || IsRuntimeValue(node.Input(Peepholes), context) || input.Shape[2] < 1 || hidden.Shape[2] < 1)
            return null;
        if (Kind(node, directions: (int)input.Shape[0]) is not { } kind)
            return null;
        RecurrentShape shape = new(kind, checked((int)input.Shape[2]), checked((int)hidden.Shape[2]));
        Tensor? bias = context.FloatConstant(node.Input(Bias)), peepholes = context.FloatConstant(node.Input(Peepholes));
        return new RecurrentOperation(GraphLowering.SingleNode(node, context), shape, input, hidden, bias, peepholes, context.KernelOptions);
    }

    private static bool IsRuntimeValue(Value? value, LoweringContext context) => value is not null && context.FloatConstant(value) is null;

    private static RecurrentKind? Kind(Node node, int directions)
    {
        string[] defaults = node.Operator.Name switch { "LSTM" => ["sigmoid", "tanh", "tanh"], "GRU" => ["sigmoid", "tanh"], _ => ["tanh"] };
        string[] given = node.Attributes.GetStrings("activations") is { Length: > 0 } names ? [.. names.Select(n => n.ToLowerInvariant())] : Repeat(defaults);
        bool isDefault = given.SequenceEqual(Repeat(defaults));
        return node.Operator.Name switch
        {
            "LSTM" when isDefault => RecurrentKind.Lstm,
            "GRU" when isDefault => node.Attributes.GetBool("linear_before_reset") ? RecurrentKind.GruResetAfter : RecurrentKind.GruResetBefore,
            "RNN" when isDefault => RecurrentKind.TanhRnn,
            "RNN" when given.SequenceEqual(Repeat(["relu"])) => RecurrentKind.ReluRnn,
            _ => null,
        };

        string[] Repeat(string[] names) => [.. Enumerable.Repeat(names, directions).SelectMany(n => n)];
    }
}
