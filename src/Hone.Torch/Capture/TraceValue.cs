using TorchSharp;

namespace Hone.Torch.Capture;

/// <summary>A tensor as it was at one moment of a traced run: an input, a parameter, a buffer or the result of a recorded call.</summary>
internal sealed class TraceValue
{
    public TraceValue(TraceValueKind kind, string name, torch.Tensor tensor, bool dependsOnInput)
    {
        Kind = kind;
        Name = name;
        Shape = tensor.shape;
        DataType = tensor.dtype;
        DependsOnInput = dependsOnInput;
        State = kind is TraceValueKind.Parameter or TraceValueKind.Buffer ? tensor : null;
    }

    public TraceValueKind Kind { get; }

    /// <summary>Name of the input, state-dict name, or empty for results.</summary>
    public string Name { get; }

    public long[] Shape { get; }

    public torch.ScalarType DataType { get; }

    /// <summary>Whether its elements can change with the inputs of the model.</summary>
    public bool DependsOnInput { get; }

    /// <summary>The tensor itself, for parameters and buffers.</summary>
    public torch.Tensor? State { get; }

    /// <summary>Shape with the dimensions that follow the dynamic ones as expressions; set when traces are merged.</summary>
    public SizeExpression[] Sizes { get => field ?? Array.ConvertAll(Shape, SizeExpression.Constant); set; }
}
