using Hone.Graphs;
using Hone.Operators.Shapes;
using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>The different elements, or the different slices along an axis.</summary>
/// <remarks>
/// ONNX operator <c>Unique</c>, opset 11 and up: input <c>[...]</c> of any numeric type, bool or string; outputs Y, and optionally the index of
/// the first of each, the index in Y of every one, and how often each occurs (int64). Attributes axis (without it the input is flattened) and
/// sorted (1; 0 keeps the order of first occurrence). NaNs count as equal.
/// </remarks>
internal sealed class Unique : NumericOperator
{
    public override string Name => "Unique";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (1, 1);

    public override (int Minimum, int Maximum) OutputCount => (1, 4);

    public override void InferTypes(InferenceContext context)
    {
        SymbolicShape? shape = context.Attributes.Contains("axis") ? context.Shape(0) : new SymbolicShape(Dimension.Unknown);
        shape = shape?.With(context.NormalizeAxis(context.Attributes.GetInt("axis", 0), shape.Rank), Dimension.Unknown);
        context.SetOutput(0, context.DataType(0), shape);
        for (int i = 1; i < 4; i++)
            context.SetOutput(i, DataType.Int64, new SymbolicShape(Dimension.Unknown));
    }

    protected override void Evaluate<T>(EvaluationContext context) => Evaluate(context, context.Input(0).AsSpan<T>().ToArray(), Comparer<T>.Default);

    protected override void EvaluateOther(EvaluationContext context, DataType type)
    {
        if (type == DataType.Bool)
            Evaluate(context, context.Input(0).AsSpan<bool>().ToArray(), Comparer<bool>.Default);
        else if (type == DataType.String)
            Evaluate(context, context.Input(0).Strings.ToArray(), StringComparer.Ordinal);
        else
            base.EvaluateOther(context, type);
    }

    private static void Evaluate<T>(EvaluationContext context, T[] elements, IComparer<T> comparer)
    {
        TensorShape shape = context.Attributes.Contains("axis") ? context.Input(0).Shape : new TensorShape(context.Input(0).ElementCount);
        int axis = context.NormalizeAxis(context.Attributes.GetInt("axis", 0), shape.Rank);
        int inner = (int)shape.ElementCountOf(axis + 1, shape.Rank);
        int outer = (int)shape.ElementCountOf(0, axis);
        int length = (int)shape[axis];

        int[] order = Enumerable.Range(0, length).ToArray();
        Array.Sort(order, (a, b) => Compare(a, b) is var c && c != 0 ? c : a - b);
        // Runs of equal slices in sorted order; the first of each run is also the first in the input.
        List<int> firsts = [];
        int[] groups = new int[length];
        for (int i = 0; i < length; i++)
        {
            if (i == 0 || Compare(order[i - 1], order[i]) != 0)
                firsts.Add(order[i]);
            groups[order[i]] = firsts.Count - 1;
        }

        int[] ranking = Enumerable.Range(0, firsts.Count).ToArray();
        if (!context.Attributes.GetBool("sorted", true))
        {
            int[] byFirst = [.. ranking.OrderBy(group => firsts[group])];
            for (int i = 0; i < byFirst.Length; i++)
                ranking[byFirst[i]] = i;
            firsts.Sort();
        }

        long[] dimensions = [.. shape];
        dimensions[axis] = firsts.Count;
        Tensor output = context.CreateOutput(0, context.Input(0).DataType, dimensions);
        AxisGather.Run<T>(elements, shape, axis, firsts.ToArray(), RawElements.Of<T>(output));
        long[] inverse = Array.ConvertAll(groups, group => (long)ranking[group]);
        long[] counts = new long[firsts.Count];
        foreach (long group in inverse)
            counts[group]++;
        context.SetOutput(1, Tensor.Create(firsts.Select(f => (long)f).ToArray(), firsts.Count));
        context.SetOutput(2, Tensor.Create(inverse, length));
        context.SetOutput(3, Tensor.Create(counts, counts.Length));

        int Compare(int a, int b)
        {
            for (int o = 0; o < outer; o++)
            {
                for (int i = 0; i < inner; i++)
                {
                    int result = comparer.Compare(elements[(((o * length) + a) * inner) + i], elements[(((o * length) + b) * inner) + i]);
                    if (result != 0)
                        return result;
                }
            }

            return 0;
        }
    }
}
