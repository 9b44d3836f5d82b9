using Hone.Graphs;
using Hone.Numerics;
using Hone.Tensors;

namespace Hone.Operators.Recurrent;

/// <summary>What the recurrent operators share: shapes, directions, sequence lengths, layouts and the walk over time.</summary>
internal abstract class RecurrentOperator : Operator
{
    /// <value>Rows of W for each element of the hidden state.</value>
    protected abstract int GateCount { get; }

    /// <value>Names of the activations of one direction.</value>
    protected abstract string[] DefaultActivations { get; }

    /// <value>Whether there is a cell state: inputs initial_c and P, output Y_c.</value>
    protected virtual bool HasCell => false;

    public override void InferTypes(InferenceContext context)
    {
        Node node = context.Node;
        foreach (int input in new[] { 0, 1, 2, 3, 5, 6, 7 })
            node.RequireFloat($"input {input}", context.DataType(input));
        node.RequireType("sequence_lens", context.DataType(4), DataType.Int32);
        RecurrentShapes shapes = InferShapes(node, [.. Enumerable.Range(0, node.Inputs.Count).Select(context.Shape)]);
        context.SetOutput(0, context.DataType(0), shapes.Output);
        context.SetOutput(1, context.DataType(0), shapes.State);
        context.SetOutput(2, context.DataType(0), shapes.State);
    }

    public override void Evaluate(EvaluationContext context)
    {
        (Node node, Tensor x) = (context.Node, context.Input(0));
        RecurrentShapes shapes = InferShapes(
            node, [.. Enumerable.Range(0, context.InputCount).Select(i => context.OptionalInput(i) is { } t ? new SymbolicShape(t.Shape) : null)]);
        (int gates, int hidden) = (GateCount * shapes.FixedHidden(node), shapes.FixedHidden(node));
        int inputSize = checked((int)x.Shape[2]);
        double[] input = RecurrentShapes.TimeFirst(node, x);
        double[] w = TensorConversion.Widen<double>(context.Input(1)).ToArray();
        double[] r = TensorConversion.Widen<double>(context.Input(2)).ToArray();
        RecurrentWeights Weights(int direction) => new FloatRecurrentWeights(
            input,
            MatrixProduct.Transpose<double>(w.AsSpan(direction * gates * inputSize, gates * inputSize), gates, inputSize),
            MatrixProduct.Transpose<double>(r.AsSpan(direction * gates * hidden, gates * hidden), gates, hidden),
            inputSize,
            hidden);
        Run(context, shapes, Weights);
    }

    /// <summary>Computes one step of all sequences from the sums in <paramref name="step"/>.</summary>
    protected abstract void Advance(Node node, RecurrentStep step);

    /// <summary>Applies the shape rules to the inputs, null where one is left out or not known.</summary>
    protected virtual RecurrentShapes InferShapes(Node node, SymbolicShape?[] inputs) => RecurrentShapes.Infer(node, GateCount, inputs);

    /// <summary>Walks over time in every direction, and sets the outputs.</summary>
    protected void Run(EvaluationContext context, RecurrentShapes shapes, Func<int, RecurrentWeights> weights)
    {
        Node node = context.Node;
        DataType type = context.Input(0).DataType;
        (TensorShape outputShape, TensorShape stateShape) = (node.Concrete(shapes.Output!, DataType.Float64), node.Concrete(shapes.State!, DataType.Float64));
        RecurrentOutputs outputs = new(node, outputShape, stateShape);
        int[] lengths = Lengths(context, outputs);
        for (int direction = 0; direction < outputs.Directions; direction++)
        {
            RecurrentStep step = Begin(context, outputs, direction, weights(direction));
            double[] inputBias = Bias(context, direction, outputs, recurrent: false);
            bool reverse = direction == 1 || node.Attributes.GetString("direction", "forward") == "reverse";
            for (int time = 0; time < outputs.Time && outputs.HiddenSize * outputs.Batch > 0; time++)
            {
                for (int entry = 0; entry < outputs.Batch; entry++)
                {
                    step.IsActive[entry] = time < lengths[entry];
                    Span<double> sums = step.InputSums.AsSpan(entry * inputBias.Length, inputBias.Length);
                    inputBias.CopyTo(sums);
                    if (step.IsActive[entry])
                        step.Weights.AddInput((reverse ? lengths[entry] - 1 - time : time) * outputs.Batch + entry, sums);
                }

                step.ProjectHidden(step.Hidden);
                Advance(node, step);
                for (int entry = 0; entry < outputs.Batch; entry++)
                {
                    if (step.IsActive[entry])
                        outputs.Write(reverse ? lengths[entry] - 1 - time : time, direction, entry, step.Hidden);
                }
            }

            outputs.WriteStates(direction, step.Hidden, step.Cell);
        }

        context.SetOutput(0, TensorConversion.Narrow<double>(outputs.Values, type, outputShape));
        if (context.WantsOutput(1))
            context.SetOutput(1, TensorConversion.Narrow<double>(outputs.LastHidden, type, stateShape));
        if (context.WantsOutput(2))
            context.SetOutput(2, TensorConversion.Narrow<double>(outputs.LastCell, type, stateShape));
    }

    private RecurrentStep Begin(EvaluationContext context, RecurrentOutputs outputs, int direction, RecurrentWeights weights)
    {
        (int batch, int hidden) = (outputs.Batch, outputs.HiddenSize);
        int sums = checked(batch * GateCount * hidden);
        float clip = context.Attributes.GetFloat("clip", float.PositiveInfinity);
        return new RecurrentStep
        {
            Batch = batch,
            HiddenSize = hidden,
            Weights = weights,
            Activations = Activation.Of(context.Node, DefaultActivations, direction, outputs.Directions),
            Clip = clip > 0 ? clip : double.PositiveInfinity,
            HiddenBias = Bias(context, direction, outputs, recurrent: true),
            Peepholes = HasCell && context.OptionalInput(7) is { } p
                ? TensorConversion.Widen<double>(p).Slice(direction * 3 * hidden, 3 * hidden).ToArray()
                : new double[3 * hidden],
            Hidden = outputs.ReadState(context.OptionalInput(5), direction),
            Cell = outputs.ReadState(HasCell ? context.OptionalInput(6) : null, direction),
            InputSums = new double[sums],
            HiddenSums = new double[sums],
            IsActive = new bool[batch],
        };
    }

    /// <summary>One half of input B, whose rows hold the biases of the input and then those of the recurrence.</summary>
    private double[] Bias(EvaluationContext context, int direction, RecurrentOutputs outputs, bool recurrent)
    {
        int size = GateCount * outputs.HiddenSize;
        return context.OptionalInput(3) is { } bias
            ? TensorConversion.Widen<double>(bias).Slice((2 * direction + (recurrent ? 1 : 0)) * size, size).ToArray()
            : new double[size];
    }

    private static int[] Lengths(EvaluationContext context, RecurrentOutputs outputs)
    {
        int[] lengths = new int[outputs.Batch];
        Array.Fill(lengths, outputs.Time);
        if (context.OptionalInput(4) is { } given)
            given.AsSpan<int>().CopyTo(lengths);
        foreach (int length in lengths)
        {
            if (length < 0 || length > outputs.Time)
                throw context.Error($"sequence_lens holds {length}, the sequences have {outputs.Time} steps.");
        }

        return lengths;
    }
}
