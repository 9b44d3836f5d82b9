using Hone.Operators;

namespace Hone.Torch.Qat;

/// <summary>Rounds its input by the fake quantization of that key.</summary>
internal sealed class FakeQuantizeOperator : Operator
{
    internal const string OperatorName = "FakeQuantize";

    public override string Name => OperatorName;

    public override string Domain => QatOperators.Domain;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context) => context.SetOutput(0, context.DataType(0), context.Shape(0));

    public override void Evaluate(EvaluationContext context) => throw context.Error("a graph in training for quantization runs only inside its module.");
}
