using System.Runtime.CompilerServices;
using Hone.Kernels.Simd;

namespace Hone.Kernels.Recurrent;

/// <summary>The cells of one block of one sequence: from the sums of the gates to the new states.</summary>
internal static unsafe class RecurrentCells<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    /// <summary>Runs the cells of a block.</summary>
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
        for (int i = 0; i < a.Units; i += S.Count)
        {
            S.Store(Sigmoid(Sum(a, 0, i), a), a.NewHidden + i);
            S.Store(S.Multiply(Sigmoid(Sum(a, 1, i), a), S.Load(a.Hidden + i)), a.Cell + i);
        }
    }

    private static void Lstm(in CellArguments a)
    {
        for (int i = 0; i < a.Units; i += S.Count)
        {
            V cell = S.Load(a.Cell + i);
            V input = Sum(a, 0, i), output = Sum(a, 1, i), forget = Sum(a, 2, i);
            if (a.Peepholes is not null)
            {
                input = S.FusedMultiplyAdd(S.Load(a.Peepholes + i), cell, input);
                forget = S.FusedMultiplyAdd(S.Load(a.Peepholes + (2 * a.PeepholeStride) + i), cell, forget);
            }

            V next = S.FusedMultiplyAdd(Sigmoid(forget, a), cell, S.Multiply(Sigmoid(input, a), Tanh(Sum(a, 3, i), a)));
            if (a.Peepholes is not null)
            {
                output = S.FusedMultiplyAdd(S.Load(a.Peepholes + a.PeepholeStride + i), next, output);
            }

            S.Store(next, a.Cell + i);
            S.Store(S.Multiply(Sigmoid(output, a), VectorMath<S, V, I>.Tanh(next)), a.NewHidden + i);
        }
    }

    private static void GruResetAfter(in CellArguments a)
    {
        for (int i = 0; i < a.Units; i += S.Count)
        {
            V update = Sigmoid(Sum(a, 0, i), a), reset = Sigmoid(Sum(a, 1, i), a);
            V candidate = S.FusedMultiplyAdd(reset, S.Load(a.HiddenSums + (2 * a.Units) + i), S.Load(a.InputSums + (2 * a.Units) + i));
            Mix(a, i, update, Tanh(candidate, a));
        }
    }

    private static void GruCandidate(in CellArguments a)
    {
        for (int i = 0; i < a.Units; i += S.Count)
        {
            V candidate = S.Add(S.Load(a.HiddenSums + i), S.Load(a.InputSums + (2 * a.Units) + i));
            Mix(a, i, S.Load(a.NewHidden + i), Tanh(candidate, a));
        }
    }

    private static void Plain(in CellArguments a, bool isRelu)
    {
        for (int i = 0; i < a.Units; i += S.Count)
        {
            V sum = Sum(a, 0, i);
            S.Store(isRelu ? S.Max(S.Create(0), Clip(sum, a)) : Tanh(sum, a), a.NewHidden + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(in CellArguments a, int i, V update, V candidate) =>
        S.Store(S.FusedMultiplyAdd(update, S.Subtract(S.Load(a.Hidden + i), candidate), candidate), a.NewHidden + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Sum(in CellArguments a, int gate, int i) => S.Add(S.Load(a.InputSums + (gate * a.Units) + i), S.Load(a.HiddenSums + (gate * a.Units) + i));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Clip(V x, in CellArguments a) => S.Min(S.Create(a.Clip), S.Max(S.Create(-a.Clip), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Sigmoid(V x, in CellArguments a) => VectorMath<S, V, I>.Sigmoid(Clip(x, a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Tanh(V x, in CellArguments a) => VectorMath<S, V, I>.Tanh(Clip(x, a));
}
