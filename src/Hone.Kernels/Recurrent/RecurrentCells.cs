using Hone.Kernels.Simd;

namespace Hone.Kernels.Recurrent;

/// <summary>The cells of neighbouring blocks of one sequence: from the sums of the gates to the new states.</summary>
/// <remarks>Stage after stage over all blocks, so that the long chains of an activation overlap with those of other units.</remarks>
internal static unsafe class RecurrentCells<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    /// <summary>Runs the cells.</summary>
    internal static void Run(RecurrentKind kind, in CellArguments a)
    {
        switch (kind)
        {
            case RecurrentKind.Lstm: Lstm(a); break;
            case RecurrentKind.GruResetAfter: GruResetAfter(a); break;
            case RecurrentKind.GruResetBefore: GruCandidate(a); break;
            default: Plain(a, kind == RecurrentKind.ReluRnn); break;
        }
    }

    /// <summary>The gates of a unit that resets first: update into <c>NewHidden</c>, the reset hidden state into <c>Cell</c>.</summary>
    internal static void GruGates(in CellArguments a)
    {
        Sigmoid(a, 0, 2);
        for (int block = 0; block < a.Blocks; block++)
        {
            float* update = a.HiddenSums + block * a.SumStride, reset = update + a.Units;
            nint first = (nint)block * a.Units;
            for (int i = 0; i < a.Units; i += S.Count)
            {
                S.Store(S.Load(update + i), a.NewHidden + first + i);
                S.Store(S.Multiply(S.Load(reset + i), S.Load(a.Hidden + first + i)), a.Cell + first + i);
            }
        }
    }

    private static void Lstm(in CellArguments a)
    {
        if (a.Peepholes is not null)
        {
            Peep(a, 0, 0);
            Peep(a, 2, 2);
            Sigmoid(a, 0, 1);
            Sigmoid(a, 2, 1);
        }
        else
        {
            Sigmoid(a, 0, 3);
        }

        Tanh(a, 3, 3);
        for (int block = 0; block < a.Blocks; block++)
        {
            float* input = a.HiddenSums + block * a.SumStride, forget = input + (2 * a.Units), candidate = forget + a.Units, cell = a.Cell + (nint)block * a.Units;
            for (int i = 0; i < a.Units; i += S.Count)
            {
                V kept = S.Multiply(S.Load(forget + i), S.Load(cell + i));
                S.Store(S.FusedMultiplyAdd(S.Load(input + i), S.Load(candidate + i), kept), cell + i);
            }
        }

        if (a.Peepholes is not null)
        {
            Peep(a, 1, 1);
            Sigmoid(a, 1, 1);
        }

        for (int block = 0; block < a.Blocks; block++)
        {
            float* output = a.HiddenSums + block * a.SumStride + a.Units;
            nint first = (nint)block * a.Units;
            for (int i = 0; i < a.Units; i += S.Count)
            {
                S.Store(S.Multiply(S.Load(output + i), VectorMath<S, V, I>.Tanh(S.Load(a.Cell + first + i))), a.NewHidden + first + i);
            }
        }
    }

    private static void GruResetAfter(in CellArguments a)
    {
        Sigmoid(a, 0, 2);
        for (int block = 0; block < a.Blocks; block++)
        {
            float* reset = a.HiddenSums + block * a.SumStride + a.Units, candidate = reset + a.Units, input = a.InputSums + block * a.InputStride + (2 * a.Units);
            for (int i = 0; i < a.Units; i += S.Count)
            {
                V sum = S.FusedMultiplyAdd(S.Load(reset + i), S.Load(candidate + i), S.Load(input + i));
                S.Store(VectorMath<S, V, I>.Tanh(Clip(sum, a.Clip)), candidate + i);
            }
        }

        Mix(a, a.HiddenSums, a.SumStride, 2);
    }

    private static void GruCandidate(in CellArguments a)
    {
        Tanh(a, 2, 0);
        Mix(a, a.NewHidden, a.Units, 0);
    }

    private static void Plain(in CellArguments a, bool isRelu)
    {
        if (!isRelu)
        {
            Tanh(a, 0, 0);
        }

        for (int block = 0; block < a.Blocks; block++)
        {
            float* sum = a.HiddenSums + block * a.SumStride, input = a.InputSums + block * a.InputStride, target = a.NewHidden + (nint)block * a.Units;
            for (int i = 0; i < a.Units; i += S.Count)
            {
                V x = S.Load(sum + i);
                S.Store(isRelu ? S.Max(S.Create(0), Clip(S.Add(x, S.Load(input + i)), a.Clip)) : x, target + i);
            }
        }
    }

    /// <summary>h = candidate + update * (h - candidate).</summary>
    private static void Mix(in CellArguments a, float* updates, nint stride, int gate)
    {
        for (int block = 0; block < a.Blocks; block++)
        {
            float* update = updates + block * stride, candidate = a.HiddenSums + block * a.SumStride + (gate * a.Units);
            nint first = (nint)block * a.Units;
            for (int i = 0; i < a.Units; i += S.Count)
            {
                V c = S.Load(candidate + i);
                S.Store(S.FusedMultiplyAdd(S.Load(update + i), S.Subtract(S.Load(a.Hidden + first + i), c), c), a.NewHidden + first + i);
            }
        }
    }

    /// <summary>Adds a peephole's share of the cell state to a gate.</summary>
    private static void Peep(in CellArguments a, int gate, int peephole)
    {
        for (int block = 0; block < a.Blocks; block++)
        {
            float* sum = a.HiddenSums + block * a.SumStride + (gate * a.Units);
            nint first = (nint)block * a.Units;
            for (int i = 0; i < a.Units; i += S.Count)
            {
                V factor = S.Load(a.Peepholes + (peephole * a.PeepholeStride) + first + i);
                S.Store(S.FusedMultiplyAdd(factor, S.Load(a.Cell + first + i), S.Load(sum + i)), sum + i);
            }
        }
    }

    /// <summary>Sigmoid of input and hidden sums of some gates.</summary>
    private static void Sigmoid(in CellArguments a, int gate, int gates)
    {
        for (int block = 0; block < a.Blocks; block++)
        {
            float* sum = a.HiddenSums + block * a.SumStride + (gate * a.Units), input = a.InputSums + block * a.InputStride + (gate * a.Units);
            for (int i = 0; i < gates * a.Units; i += S.Count)
            {
                S.Store(VectorMath<S, V, I>.Sigmoid(Clip(S.Add(S.Load(sum + i), S.Load(input + i)), a.Clip)), sum + i);
            }
        }
    }

    /// <summary>Hyperbolic tangent of the sums of a gate, which may lie at another place of the product.</summary>
    private static void Tanh(in CellArguments a, int gate, int gateOfProduct)
    {
        for (int block = 0; block < a.Blocks; block++)
        {
            float* sum = a.HiddenSums + block * a.SumStride + (gateOfProduct * a.Units), input = a.InputSums + block * a.InputStride + (gate * a.Units);
            for (int i = 0; i < a.Units; i += S.Count)
            {
                S.Store(VectorMath<S, V, I>.Tanh(Clip(S.Add(S.Load(sum + i), S.Load(input + i)), a.Clip)), sum + i);
            }
        }
    }

    private static V Clip(V x, float clip) => S.Min(S.Create(clip), S.Max(S.Create(-clip), x));
}
