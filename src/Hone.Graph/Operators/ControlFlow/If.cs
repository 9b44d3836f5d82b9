using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.ControlFlow;

/// <summary>Runs one of two nested graphs.</summary>
/// <remarks>
/// ONNX operator <c>If</c>, opset 11 and up: input cond (bool, one element); outputs those of attribute then_branch or else_branch, graphs
/// without inputs that may read the values around the node.
/// </remarks>
internal sealed class If : Operator
{
    public override string Name => "If";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override (int Minimum, int Maximum) OutputCount => (1, int.MaxValue);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireDataType(0, t => t == DataType.Bool, "bool");
        Graph thenBranch = context.Attributes.RequireGraph("then_branch");
        Graph elseBranch = context.Attributes.RequireGraph("else_branch");
        TypeInference.Run(thenBranch);
        TypeInference.Run(elseBranch);
        int count = context.Node.Outputs.Count;
        if (thenBranch.Outputs.Count != count || elseBranch.Outputs.Count != count)
            throw context.Error($"its branches give {thenBranch.Outputs.Count} and {elseBranch.Outputs.Count} outputs, the node lists {count}.");
        for (int i = 0; i < count; i++)
        {
            Value ifTrue = thenBranch.Outputs[i];
            Value ifFalse = elseBranch.Outputs[i];
            if (ifTrue.DataType != ifFalse.DataType && ifTrue.DataType != DataType.Undefined && ifFalse.DataType != DataType.Undefined)
                throw context.Error($"its branches give {ifTrue} and {ifFalse} for output {i}; the element types must be equal.");
            DataType dataType = ifTrue.DataType == DataType.Undefined ? ifFalse.DataType : ifTrue.DataType;
            context.SetOutput(i, dataType, NestedShapes.Common(ifTrue.Shape, ifFalse.Shape));
        }
    }

    public override void Evaluate(EvaluationContext context)
    {
        Graph branch = context.Attributes.RequireGraph(context.Input(0).Item<bool>() ? "then_branch" : "else_branch");
        IReadOnlyList<Tensor> outputs = new EvaluationScope(context.Scope).RunNested(branch);
        for (int i = 0; i < outputs.Count; i++)
            context.SetOutput(i, outputs[i]);
    }
}
