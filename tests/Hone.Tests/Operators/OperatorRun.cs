using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Operators;

/// <summary>Evaluates and infers single nodes.</summary>
internal static class OperatorRun
{
    /// <summary>The only output of a node whose inputs are fed; null leaves an input out.</summary>
    internal static Tensor Single(string operatorName, AttributeMap? attributes, params Tensor?[] inputs) => Outputs(operatorName, 1, attributes, inputs)[0];

    internal static IReadOnlyList<Tensor> Outputs(string operatorName, int outputCount, AttributeMap? attributes, params Tensor?[] inputs) =>
        Case(operatorName, outputCount, attributes, inputs).Run();

    /// <summary>What inference says of the first output, where nothing but element types and shapes is known.</summary>
    internal static Value Infer(string operatorName, AttributeMap? attributes, params (DataType DataType, SymbolicShape? Shape)[] inputs)
    {
        GraphBuilder builder = new();
        return builder.Node(operatorName, inputs.Select((x, i) => builder.Input($"x{i}", x.DataType, x.Shape)).ToArray(), attributes);
    }

    /// <summary>Evaluates a node here and in ONNX Runtime, and compares the outputs.</summary>
    internal static void AgreesWithOnnxRuntime(string operatorName, AttributeMap? attributes, double relative, double absolute, params Tensor?[] inputs) =>
        Case(operatorName, 1, attributes, inputs).AgreesWithOnnxRuntime(relative, absolute);

    /// <summary>Evaluation says what is wrong in an error of this library.</summary>
    internal static void Fails(string operatorName, AttributeMap? attributes, params Tensor?[] inputs)
    {
        HoneException error = Assert.ThrowsAny<HoneException>(() => Single(operatorName, attributes, inputs));
        Assert.Contains(operatorName, error.Message, StringComparison.Ordinal);
    }

    private static OperatorCase Case(string operatorName, int outputCount, AttributeMap? attributes, Tensor?[] inputs) =>
        new(operatorName, inputs) { OutputCount = outputCount, Attributes = attributes ?? AttributeMap.Empty };
}
