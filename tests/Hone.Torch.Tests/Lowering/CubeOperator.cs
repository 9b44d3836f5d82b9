using Hone.Operators;
using HoneTensor = Hone.Tensors.Tensor;

namespace Hone.Torch.Tests.Lowering;

/// <summary>An operator that ONNX does not have: the cube of every element, times an attribute.</summary>
internal sealed class CubeOperator : Operator
{
    public const string OperatorDomain = "test.functions";

    public override string Name => "Cube";

    public override string Domain => OperatorDomain;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override void InferTypes(InferenceContext context) => context.SetOutput(0, context.DataType(0), context.Shape(0));

    public override void Evaluate(EvaluationContext context)
    {
        HoneTensor x = context.Input(0);
        float gain = context.Attributes.GetFloat("gain", 1);
        float[] y = Array.ConvertAll(x.ToSingleArray(), value => gain * value * value * value);
        context.SetOutput(0, HoneTensor.Create(y, x.Shape.ToArray()));
    }
}
