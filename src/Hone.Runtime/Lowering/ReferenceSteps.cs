using Hone.Evaluation;
using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering;

/// <summary>Runs a group node by node by the operators' reference evaluation: what has no fast kernel, and shapes that depend on data.</summary>
internal static class ReferenceSteps
{
    private const string KernelId = "reference";

    internal static void Plan(Operation operation, PlanBuilder plan)
    {
        Dictionary<Value, Operand> inputs = [];
        foreach (Value input in operation.Inputs.Distinct())
        {
            if (!plan.IsDynamic(input))
                inputs.Add(input, plan.Input(input, Layout.RowMajor));
        }

        List<(Value Value, Operand? Place, int Dynamic)> outputs = [];
        foreach (Value output in operation.Outputs)
        {
            if (plan.IsDynamic(output))
                outputs.Add((output, null, plan.AddDynamic(output)));
            else
                outputs.Add((output, plan.Output(output, Layout.RowMajor), -1));
        }

        (Value Value, int Index)[] dynamicInputs = [.. operation.Inputs.Distinct().Where(plan.IsDynamic).Select(v => (v, DynamicIndexOf(v, plan)))];
        (Value Value, Tensor Tensor)[] derived = [.. operation.Inputs.Distinct().Where(v => !v.IsConstant && plan.ConstantOf(v) is not null).Select(v => (v, plan.ConstantOf(v)!))];
        bool hasNested = operation.NestedRunner is not null;
        plan.Step(hasNested ? "nested" : KernelId, frame => Run(operation, frame, inputs, dynamicInputs, derived, outputs), isReference: !hasNested);
    }

    private static int DynamicIndexOf(Value value, PlanBuilder plan) => plan.ConstantOf(value) is null ? plan.DynamicIndex(value) : -1;

    private static unsafe void Run(
        Operation operation,
        Frame frame,
        Dictionary<Value, Operand> inputs,
        (Value Value, int Index)[] dynamicInputs,
        (Value Value, Tensor Tensor)[] derived,
        List<(Value Value, Operand? Place, int Dynamic)> outputs)
    {
        NodeGroup group = operation.Group;
        EvaluationScope scope = new(cancellationToken: frame.CancellationToken) { NestedRunner = operation.NestedRunner };
        foreach ((Value value, Operand place) in inputs)
            scope.Set(value, Tensor.OverMemory(place.DataType, place.Shape, (nint)frame[place]));
        foreach ((Value value, int index) in dynamicInputs)
        {
            if (index >= 0)
                scope.Set(value, frame.DynamicTensors[index] ?? throw new HoneException($"The value '{value.Name}' has no tensor yet."));
        }

        foreach ((Value value, Tensor tensor) in derived)
            scope.Set(value, tensor);
        foreach (Node node in group.Nodes)
            GraphEvaluation.EvaluateNode(node, scope);
        foreach ((Value value, Operand? place, int dynamic) in outputs)
        {
            Tensor result = scope.Find(value)!;
            if (place is null)
            {
                frame.DynamicTensors[dynamic] = result;
                continue;
            }

            if (result.DataType != place.DataType || !result.Shape.Equals(place.Shape))
                throw new ShapeMismatchException($"Node '{group.Anchor.Name}', output '{value.Name}'", $"{place.DataType.DisplayName()} {place.Shape}, as inferred", result.ToString());
            Buffer.MemoryCopy((void*)result.Pointer, frame[place], result.ByteCount, result.ByteCount);
            result.Dispose();
        }
    }
}
