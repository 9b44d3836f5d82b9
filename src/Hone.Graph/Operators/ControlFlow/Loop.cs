using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.ControlFlow;

/// <summary>Runs a nested graph again and again: for a number of times, while a condition holds, or both.</summary>
/// <remarks>
/// ONNX operator <c>Loop</c>, opset 11 and up: inputs M (optional int64, the most iterations), cond (optional bool) and the initial states. Attribute
/// body: inputs iteration number, condition and states; outputs condition, states and scan outputs. The node's outputs are the final states and each
/// scan output of all iterations, stacked along a new first axis.
/// </remarks>
internal sealed class Loop : Operator
{
    public override string Name => "Loop";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, int.MaxValue);

    public override (int Minimum, int Maximum) OutputCount => (1, int.MaxValue);

    public override void InferTypes(InferenceContext context)
    {
        Graph body = context.Attributes.RequireGraph("body");
        int states = context.Node.Inputs.Count - 2;
        Check(context.Error, body, states, context.Node.Outputs.Count);
        NestedShapes.Set(body.Inputs[0], DataType.Int64, SymbolicShape.Scalar);
        NestedShapes.Set(body.Inputs[1], DataType.Bool, SymbolicShape.Scalar);
        for (int i = 0; i < states; i++)
            NestedShapes.Set(body.Inputs[i + 2], context.DataType(i + 2), context.Shape(i + 2));
        NestedShapes.InferLoop(body, Enumerable.Range(0, states).Select(i => (body.Inputs[i + 2], body.Outputs[i + 1])).ToArray());
        Dimension iterations = !context.HasInput(1) && context.FixedContents(0) is [>= 0 and var most] ? most : Dimension.Unknown;
        for (int i = 0; i < context.Node.Outputs.Count; i++)
        {
            Value value = body.Outputs[i + 1];
            SymbolicShape? shape = i < states ? body.Inputs[i + 2].Shape : value.Shape;
            if (i >= states && shape is not null)
                shape = new SymbolicShape([Stacked(body, iterations), .. shape]);
            context.SetOutput(i, value.DataType, shape);
        }
    }

    public override void Evaluate(EvaluationContext context)
    {
        Graph body = context.Attributes.RequireGraph("body");
        int states = context.InputCount - 2;
        Check(context.Error, body, states, context.OutputCount);
        long most = context.OptionalInput(0) is { } count ? count.Item<long>() : long.MaxValue;
        bool goesOn = context.OptionalInput(1) is not { } condition || condition.Item<bool>();
        // The initial states stay the caller's; copies of them are ours like every later state.
        Tensor[] state = Enumerable.Range(0, states).Select(i => context.Input(i + 2).Clone()).ToArray();
        StackedOutput[] scans = body.Outputs.Skip(states + 1).Select(o => new StackedOutput(context, o)).ToArray();
        for (long iteration = 0; iteration < most && goesOn; iteration++)
        {
            EvaluationScope scope = new(context.Scope);
            scope.CancellationToken.ThrowIfCancellationRequested();
            using Tensor number = Tensor.Scalar(iteration);
            using Tensor keepsGoing = Tensor.Scalar(goesOn);
            scope.Set(body.Inputs[0], number);
            scope.Set(body.Inputs[1], keepsGoing);
            for (int i = 0; i < states; i++)
                scope.Set(body.Inputs[i + 2], state[i]);
            IReadOnlyList<Tensor> outputs = scope.RunNested(body);
            goesOn = outputs[0].Item<bool>();
            outputs[0].Dispose();
            for (int i = 0; i < states; i++)
            {
                state[i].Dispose();
                state[i] = outputs[i + 1];
            }

            for (int i = 0; i < scans.Length; i++)
                scans[i].Add(outputs[states + 1 + i]);
        }

        for (int i = 0; i < states; i++)
            context.SetOutput(i, state[i]);
        for (int i = 0; i < scans.Length; i++)
            context.SetOutput(states + i, scans[i].Stack(0, false));
    }

    /// <summary>Without a condition input the number of iterations is M, unless the body ends the loop itself.</summary>
    private static Dimension Stacked(Graph body, Dimension iterations) =>
        body.Outputs[0].Producer is { } producer && producer.Is("Identity") && producer.Input(0) == body.Inputs[1] ? iterations : Dimension.Unknown;

    private static void Check(Func<string, ModelFormatException> error, Graph body, int states, int outputs)
    {
        if (body.Inputs.Count != states + 2 || body.Outputs.Count != outputs + 1 || outputs < states)
        {
            throw error($"the body has {body.Inputs.Count} inputs and {body.Outputs.Count} outputs, "
                + $"which do not go with {states} states and {outputs} outputs of the node.");
        }
    }
}
