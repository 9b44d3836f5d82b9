using Hone.Graphs;
using Hone.Kernels.Recurrent;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Recurrent;

/// <summary>
/// <c>LSTM</c>, <c>GRU</c> and <c>RNN</c> of float32 with constant weights and the default activations, or the rectifier in an RNN. Where weights are
/// 8-bit codes and the input is quantized by its own range, the layer computes on integers, and quantizes its hidden states at every step too.
/// </summary>
internal static class RecurrentLowering
{
    private const int Input = 1, Hidden = 2, Bias = 3, Peepholes = 7;

    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, DataType: DataType.Float32 } || node.Inputs[Input]!.Shape is not { Rank: 3 } shape || !shape[0].IsFixed)
            return null;
        if (Kind(node, directions: (int)shape[0].Value) is not { } kind || !HasConstantBias(node, context))
            return null;
        return LowerInt8(node, kind, context) ?? LowerFloat(node, kind, context);
    }

    /// <summary>An LSTM whose inputs hold codes, scales and zero points.</summary>
    internal static Operation? LowerQuantizedLstm(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, DataType: DataType.Float32 } || !HasConstantBias(node, context))
            return null;
        if (RecurrentCodes.OfColumns(node, Input, 8) is not { } input || RecurrentCodes.OfColumns(node, Hidden, 10) is not { } hidden)
            return null;
        if (Kind(node, input.Directions) is not { } kind)
            return null;
        return LowerInt8(node, node.Inputs[0]!, kind, input, hidden, context);
    }

    private static RecurrentOperation? LowerInt8(Node node, RecurrentKind kind, LoweringContext context)
    {
        if (DynamicSource(node.Inputs[0]) is not { } source || kind is RecurrentKind.TanhRnn or RecurrentKind.ReluRnn)
            return null;
        if (RecurrentCodes.OfRows(node.Inputs[Input]) is not { } input || RecurrentCodes.OfRows(node.Inputs[Hidden]) is not { } hidden)
            return null;
        return LowerInt8(node, source, kind, input, hidden, context);
    }

    private static RecurrentOperation? LowerInt8(Node node, Value source, RecurrentKind kind, RecurrentCodes input, RecurrentCodes hidden, LoweringContext context)
    {
        // A finished sequence has no reset state, and its part in the range of all is not defined.
        if (kind == RecurrentKind.GruResetBefore && node.Input(RecurrentOperation.Lengths) is not null)
            return null;
        RecurrentShape shape = new(kind, input.Width, hidden.Width);
        if (input.Rows != shape.Gates * shape.HiddenSize || hidden.Rows != input.Rows)
            return null;
        Tensor? bias = context.FloatConstant(node.Input(Bias)), peepholes = context.FloatConstant(node.Input(Peepholes));
        RecurrentConstants constants = new(shape, bias, peepholes) { InputCodes = input, HiddenCodes = hidden };
        return new RecurrentOperation(Group(node, source, context), source, constants, context.KernelOptions);
    }

    private static RecurrentOperation? LowerFloat(Node node, RecurrentKind kind, LoweringContext context)
    {
        if (context.FloatConstant(node.Inputs[Input]) is not { Shape.Rank: 3 } input || context.FloatConstant(node.Inputs[Hidden]) is not { Shape.Rank: 3 } hidden)
            return null;
        if (input.Shape[2] < 1 || hidden.Shape[2] < 1)
            return null;
        RecurrentShape shape = new(kind, checked((int)input.Shape[2]), checked((int)hidden.Shape[2]));
        Tensor? bias = context.FloatConstant(node.Input(Bias)), peepholes = context.FloatConstant(node.Input(Peepholes));
        RecurrentConstants constants = new(shape, bias, peepholes) { Input = input, Hidden = hidden };
        return new RecurrentOperation(Group(node, node.Inputs[0]!, context), node.Inputs[0]!, constants, context.KernelOptions);
    }

    /// <summary>The node with what dequantizes its weights and its source.</summary>
    private static NodeGroup Group(Node node, Value source, LoweringContext context)
    {
        GroupBuilder group = new(context, node);
        Value?[] read = [source, node.Input(RecurrentOperation.Lengths), node.Input(RecurrentOperation.InitialHidden), node.Input(RecurrentOperation.InitialCell)];
        foreach (Value value in read.OfType<Value>().Where(v => !v.IsConstant).Distinct())
            group.Read(value);
        foreach (Value? value in node.Inputs)
            group.Share(value);
        return group.Build([.. node.Outputs.OfType<Value>()]);
    }

    /// <summary>What is quantized by its own range and dequantized at once, or null.</summary>
    private static Value? DynamicSource(Value? value)
    {
        if (value?.Producer is not { } dequantize || !dequantize.Is("DequantizeLinear") || dequantize.Inputs[0]!.Producer is not { } quantize)
            return null;
        bool isWhole = quantize.Is("DynamicQuantizeLinear") && dequantize.Inputs[0] == quantize.Outputs[0]
            && dequantize.Inputs[1] == quantize.Outputs[1] && dequantize.Input(2) == quantize.Outputs[2];
        return isWhole && quantize.Inputs[0] is { IsConstant: false } source ? source : null;
    }

    private static bool HasConstantBias(Node node, LoweringContext context) =>
        !IsRuntimeValue(node.Input(Bias), context) && !IsRuntimeValue(node.Input(Peepholes), context);

    private static bool IsRuntimeValue(Value? value, LoweringContext context) => value is not null && context.FloatConstant(value) is null;

    private static RecurrentKind? Kind(Node node, int directions)
    {
        bool isLstm = node.Operator.Name is "LSTM" or "DynamicQuantizeLSTM";
        string[] defaults = isLstm ? ["sigmoid", "tanh", "tanh"] : node.Operator.Name == "GRU" ? ["sigmoid", "tanh"] : ["tanh"];
        string[] given = node.Attributes.GetStrings("activations") is { Length: > 0 } names ? [.. names.Select(n => n.ToLowerInvariant())] : Repeat(defaults);
        bool isDefault = given.SequenceEqual(Repeat(defaults)) && !node.Attributes.GetBool("input_forget");
        return node.Operator.Name switch
        {
            _ when isLstm => isDefault ? RecurrentKind.Lstm : null,
            "GRU" when isDefault => node.Attributes.GetBool("linear_before_reset") ? RecurrentKind.GruResetAfter : RecurrentKind.GruResetBefore,
            "RNN" when isDefault => RecurrentKind.TanhRnn,
            "RNN" when given.SequenceEqual(Repeat(["relu"])) => RecurrentKind.ReluRnn,
            _ => null,
        };

        string[] Repeat(string[] names) => [.. Enumerable.Repeat(names, directions).SelectMany(n => n)];
    }
}
