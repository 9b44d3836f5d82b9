using Hone.Tensors;

namespace Hone.Operators;

/// <summary>Evaluates an operator over element types that it has no arithmetic for: widen the inputs, evaluate, narrow the outputs once.</summary>
internal static class WidenedEvaluation
{
    /// <summary>The type that stands in for a narrow one.</summary>
    public static DataType Widen(DataType type) => type switch
    {
        DataType.Float16 or DataType.BFloat16 => DataType.Float32,
        DataType.Int4 => DataType.Int8,
        DataType.UInt4 or DataType.Bool => DataType.UInt8,
        _ => type,
    };

    /// <summary>Evaluates.</summary>
    /// <param name="context">Of the node; receives the narrowed outputs.</param>
    /// <param name="narrow">Inputs of this type are widened, outputs of the wide type are narrowed to it.</param>
    /// <param name="evaluate">Evaluates over the wide type.</param>
    public static void Run(EvaluationContext context, DataType narrow, Action<EvaluationContext> evaluate)
    {
        DataType wide = Widen(narrow);
        Tensor?[] inputs = new Tensor?[context.InputCount];
        List<Tensor> temporaries = [];
        try
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = context.OptionalInput(i);
                if (inputs[i] is not { } input || input.DataType != narrow)
                    continue;
                Tensor widened = ElementConversion.Convert(input, wide);
                inputs[i] = widened;
                temporaries.Add(widened);
            }

            EvaluationContext inner = new(context.Node, inputs, context.Scope);
            evaluate(inner);
            for (int i = 0; i < inner.Outputs.Count; i++)
            {
                if (inner.Outputs[i] is not { } output)
                    continue;
                context.SetOutput(i, output.DataType == wide ? ElementConversion.Convert(output, narrow) : output);
                if (output.DataType == wide)
                    output.Dispose();
            }
        }
        finally
        {
            temporaries.ForEach(t => t.Dispose());
        }
    }
}
