using Hone.Evaluation;
using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.ControlFlow;

/// <summary>Runs a nested graph for each slice of its scan inputs.</summary>
/// <remarks>
/// ONNX operator <c>Scan</c>, opset 11 and up: inputs the initial states and attribute num_scan_inputs scan inputs. Attribute body: inputs
/// states and one slice of each scan input; outputs states and scan outputs. The node's outputs are the final states and the stacked scan
/// outputs. Attributes scan_input_axes and scan_output_axes (0), scan_input_directions and scan_output_directions (0; 1 goes backwards).
/// </remarks>
internal sealed class Scan : Operator
{
    public override string Name => "Scan";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, int.MaxValue);

    public override (int Minimum, int Maximum) OutputCount => (1, int.MaxValue);

    public override void InferTypes(InferenceContext context)
    {
        Graph body = context.Attributes.RequireGraph("body");
        (int states, int scans) = Counts(context.Node, body);
        Dimension iterations = Dimension.Unknown;
        for (int i = 0; i < states; i++)
            NestedShapes.Set(body.Inputs[i], context.DataType(i), context.Shape(i));
        for (int i = 0; i < scans; i++)
        {
            SymbolicShape? shape = context.Shape(states + i);
            if (shape is not null)
            {
                int axis = context.NormalizeAxis(At(context.Attributes, "scan_input_axes", i), shape.Rank);
                iterations = iterations.IsFixed ? iterations : shape[axis];
                shape = new SymbolicShape(shape.Where((_, a) => a != axis).ToArray());
            }

            NestedShapes.Set(body.Inputs[states + i], context.DataType(states + i), shape);
        }

        NestedShapes.InferLoop(body, Enumerable.Range(0, states).Select(i => (body.Inputs[i], body.Outputs[i])).ToArray());
        for (int i = 0; i < context.Node.Outputs.Count; i++)
        {
            SymbolicShape? shape = i < states ? body.Inputs[i].Shape : body.Outputs[i].Shape;
            if (i >= states && shape is not null)
            {
                int axis = context.NormalizeAxis(At(context.Attributes, "scan_output_axes", i - states), shape.Rank + 1);
                shape = new SymbolicShape([.. shape.Take(axis), iterations, .. shape.Skip(axis)]);
            }

            context.SetOutput(i, body.Outputs[i].DataType, shape);
        }
    }

    public override void Evaluate(EvaluationContext context)
    {
        Graph body = context.Attributes.RequireGraph("body");
        (int states, int scans) = Counts(context.Node, body);
        Tensor[] state = Enumerable.Range(0, states).Select(i => context.Input(i).Clone()).ToArray();
        ScanInput[] inputs = Enumerable.Range(0, scans)
            .Select(i => new ScanInput(
                context,
                states + i,
                At(context.Attributes, "scan_input_axes", i),
                At(context.Attributes, "scan_input_directions", i) != 0))
            .ToArray();
        if (inputs.Any(i => i.Count != inputs[0].Count))
            throw context.Error("the scan inputs differ in length.");
        StackedOutput[] outputs = body.Outputs.Skip(states).Select(o => new StackedOutput(context, o)).ToArray();
        for (long iteration = 0; iteration < inputs[0].Count; iteration++)
        {
            EvaluationScope scope = new(context.Scope);
            for (int i = 0; i < states; i++)
                scope.Set(body.Inputs[i], state[i]);
            Tensor[] slices = Array.ConvertAll(inputs, i => i.Slice(iteration));
            for (int i = 0; i < scans; i++)
                scope.Set(body.Inputs[states + i], slices[i]);
            IReadOnlyList<Tensor> results = scope.RunNested(body);
            Array.ForEach(slices, s => s.Dispose());
            for (int i = 0; i < states; i++)
            {
                state[i].Dispose();
                state[i] = results[i];
            }

            for (int i = 0; i < outputs.Length; i++)
                outputs[i].Add(results[states + i]);
        }

        for (int i = 0; i < states; i++)
            context.SetOutput(i, state[i]);
        for (int i = 0; i < outputs.Length; i++)
        {
            bool reverse = At(context.Attributes, "scan_output_directions", i) != 0;
            context.SetOutput(states + i, outputs[i].Stack(At(context.Attributes, "scan_output_axes", i), reverse));
        }
    }

    private static long At(AttributeMap attributes, string name, int index)
    {
        if (attributes.GetInts(name) is not { } values)
            return 0;
        return index < values.Length ? values[index] : throw new HoneException($"The attribute '{name}' is too short.");
    }

    private static (int States, int Scans) Counts(Node node, Graph body)
    {
        long scans = node.Attributes.RequireInt("num_scan_inputs");
        if (scans < 1 || scans > node.Inputs.Count)
            throw node.Error($"num_scan_inputs is {scans}, the node has {node.Inputs.Count} inputs.");
        int states = node.Inputs.Count - (int)scans;
        if (body.Inputs.Count != node.Inputs.Count || body.Outputs.Count != node.Outputs.Count || body.Outputs.Count < states)
        {
            throw node.Error($"the body has {body.Inputs.Count} inputs and {body.Outputs.Count} outputs, "
                + $"the node {node.Inputs.Count} and {node.Outputs.Count}, with {states} states.");
        }

        return (states, (int)scans);
    }
}
