using Hone.Graphs;
using Hone.Kernels.Elementwise;

namespace Hone.Runtime.Lowering.Elementwise;

/// <summary>Which nodes are functions of one float32 value that the kernels know.</summary>
internal static class Activations
{
    /// <summary>The function of a node, or null.</summary>
    internal static Activation? Of(Node node, LoweringContext context)
    {
        if (node.Operator.Domain.Length > 0 || node.Input(0)?.DataType != Tensors.DataType.Float32)
            return null;
        float Alpha(float otherwise) => node.Attributes.GetFloat("alpha", otherwise);
        return node.Operator.Name switch
        {
            "Abs" => new(UnaryOperation.Abs),
            "Ceil" => new(UnaryOperation.Ceiling),
            "Clip" => Clip(node, context),
            "Elu" => new(UnaryOperation.Elu, Alpha(1)),
            "Erf" => new(UnaryOperation.Erf),
            "Exp" => new(UnaryOperation.Exp),
            "Floor" => new(UnaryOperation.Floor),
            "Gelu" => new(node.Attributes.GetString("approximate", "none") == "tanh" ? UnaryOperation.GeluTanh : UnaryOperation.Gelu),
            "HardSigmoid" => new(UnaryOperation.HardSigmoid, Alpha(0.2f), node.Attributes.GetFloat("beta", 0.5f)),
            "HardSwish" => new(UnaryOperation.HardSwish),
            "LeakyRelu" => new(UnaryOperation.LeakyRelu, Alpha(0.01f)),
            "Log" => new(UnaryOperation.Log),
            "Mish" => new(UnaryOperation.Mish),
            "Neg" => new(UnaryOperation.Negate),
            "Pow" => Power(node, context),
            "Reciprocal" => new(UnaryOperation.Reciprocal),
            "Relu" => Activation.Relu,
            "Round" => new(UnaryOperation.Round),
            "Sigmoid" => new(UnaryOperation.Sigmoid),
            "Sign" => new(UnaryOperation.Sign),
            "Softplus" => new(UnaryOperation.Softplus),
            "Softsign" => new(UnaryOperation.Softsign),
            "Sqrt" => new(UnaryOperation.Sqrt),
            "Swish" => new(UnaryOperation.Silu, Alpha(1)),
            "Tanh" => new(UnaryOperation.Tanh),
            _ => (Activation?)null,
        };
    }

    /// <summary>The bounds of a function that is a clamp, or null.</summary>
    internal static (float Low, float High)? ClampOf(Node node, LoweringContext context) => Of(node, context) switch
    {
        { Operation: UnaryOperation.Relu } => (0, float.PositiveInfinity),
        { Operation: UnaryOperation.Clip } clip => (clip.Alpha, clip.Beta),
        _ => null,
    };

    private static Activation? Clip(Node node, LoweringContext context)
    {
        float? low = node.Input(1) is { } minimum ? context.FloatScalar(minimum) : float.NegativeInfinity;
        float? high = node.Input(2) is { } maximum ? context.FloatScalar(maximum) : float.PositiveInfinity;
        return low is { } l && high is { } h && l <= h ? Activation.Clip(l, h) : null;
    }

    private static Activation? Power(Node node, LoweringContext context) => context.FloatScalar(node.Input(1)) switch
    {
        2 => new(UnaryOperation.Square),
        0.5f => new(UnaryOperation.Sqrt),
        -1 => new(UnaryOperation.Reciprocal),
        1 => default(Activation),
        _ => null,
    };
}
