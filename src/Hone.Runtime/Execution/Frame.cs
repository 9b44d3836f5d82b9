using Hone.Kernels.Memory;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Execution;

/// <summary>The memory of one run at a time: the arena, the addresses of all operands, and the tensors whose shapes depend on data.</summary>
internal sealed unsafe class Frame : IDisposable
{
    private readonly Plan _plan;
    private readonly NativeBuffer _arena;
    private readonly NativeBuffer _table;
    private readonly HashSet<int> _taken = [];

    internal Frame(Plan plan)
    {
        _plan = plan;
        _arena = new NativeBuffer(plan.ArenaByteCount + ArenaLayout.Alignment);
        _table = new NativeBuffer((long)Math.Max(1, plan.Operands.Count) * sizeof(byte*));
        DynamicTensors = new Tensor?[plan.DynamicCount];
        foreach (Operand operand in plan.Operands)
        {
            Addresses[operand.Index] = operand.Buffer.Kind switch
            {
                BufferKind.Arena => _arena.Pointer + operand.Buffer.ArenaOffset + operand.Offset,
                BufferKind.Constant => (byte*)operand.Buffer.Address + operand.Offset,
                _ => null,
            };
        }
    }

    /// <summary>Address of the first element of an operand.</summary>
    internal byte* this[Operand operand] => Addresses[operand.Index];

    /// <summary>Threads that may take part, caller included; 0: all of the pool.</summary>
    internal int MaxThreads => _plan.MaxThreads;

    /// <summary>Tensors whose shapes depend on data, and strings.</summary>
    internal Tensor?[] DynamicTensors { get; }

    internal CancellationToken CancellationToken { get; set; }

    private byte** Addresses => (byte**)_table.Pointer;

    /// <summary>Lets the operands that lie in the caller's tensors point there, and takes in input tensors that have no planned memory.</summary>
    internal void Bind(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor?> outputs)
    {
        foreach (Operand operand in _plan.CallerOperands)
        {
            Tensor? tensor = operand.Buffer.Kind == BufferKind.Input ? inputs[operand.Buffer.Index] : outputs[operand.Buffer.Index];
            Addresses[operand.Index] = (byte*)tensor!.Pointer + operand.Offset;
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            if (_plan.Inputs[i].DynamicIndex is >= 0 and int index)
                DynamicTensors[index] = inputs[i];
        }
    }

    /// <summary>Hands over an output whose shape was not known before; one that is also an input, or was handed over already, is copied.</summary>
    internal Tensor TakeDynamicTensor(int index)
    {
        Tensor tensor = DynamicTensors[index]!;
        bool isCallers = _plan.IsInputTensor(index) || !_taken.Add(index);
        return isCallers ? tensor.Clone() : tensor;
    }

    /// <summary>Frees the tensors of the run that nobody took.</summary>
    internal void ClearDynamicTensors()
    {
        for (int i = 0; i < DynamicTensors.Length; i++)
        {
            if (!_taken.Contains(i) && !_plan.IsInputTensor(i))
                DynamicTensors[i]?.Dispose();
            DynamicTensors[i] = null;
        }

        _taken.Clear();
    }

    public void Dispose()
    {
        _arena.Dispose();
        _table.Dispose();
    }
}
