using System.Collections.Concurrent;
using System.Diagnostics;
using Hone.Runtime.Execution;
using Hone.Tensors;

namespace Hone.Runtime.Planning;

/// <summary>The steps and the memory layout for inputs of certain shapes. Immutable; frames are rented, one per run at a time.</summary>
internal sealed class Plan : IDisposable
{
    /// <summary>Idle frames beyond this are freed: they serve a burst of concurrent runs that is over.</summary>
    private static readonly int s_mostIdleFrames = Math.Max(4, Environment.ProcessorCount);

    private readonly ConcurrentQueue<Frame> _idle = new();
    private readonly IReadOnlyList<IDisposable> _owned;
    private readonly IReadOnlyList<Tensor> _constants;
    private readonly HashSet<int> _inputTensors;
    private readonly long[]? _ticks;
    private readonly long[]? _runs;
    private readonly Step[] _steps;

    internal Plan(PlanParts parts)
    {
        _steps = [.. parts.Steps];
        Operands = parts.Operands;
        CallerOperands = [.. parts.Operands.Where(o => o.Buffer.Kind is BufferKind.Input or BufferKind.Output)];
        ArenaByteCount = parts.ArenaByteCount;
        DynamicCount = parts.DynamicCount;
        Inputs = parts.Inputs;
        Outputs = parts.Outputs;
        MaxThreads = parts.MaxThreads;
        PaddingReport = parts.PaddingReport;
        _owned = parts.Owned;
        _constants = parts.Constants;
        _inputTensors = [.. parts.Inputs.Where(i => i.DynamicIndex >= 0).Select(i => i.DynamicIndex)];
        if (parts.Profiles)
        {
            _ticks = new long[_steps.Length];
            _runs = new long[_steps.Length];
        }
    }

    internal IReadOnlyList<Step> Steps => _steps;

    internal IReadOnlyList<Operand> Operands { get; }

    /// <summary>The operands that lie in input and output tensors.</summary>
    internal Operand[] CallerOperands { get; }

    internal IReadOnlyList<PlannedPort> Inputs { get; }

    internal IReadOnlyList<PlannedPort> Outputs { get; }

    internal long ArenaByteCount { get; }

    internal int DynamicCount { get; }

    internal int MaxThreads { get; }

    /// <summary>What became of the removal of padding; null where nobody asked for it.</summary>
    internal string? PaddingReport { get; }

    /// <summary>Whether a tensor of the frame is an input tensor of the caller.</summary>
    internal bool IsInputTensor(int index) => _inputTensors.Contains(index);

    internal Frame Rent() => _idle.TryDequeue(out Frame? frame) ? frame : new Frame(this);

    internal void Return(Frame frame)
    {
        if (_idle.Count < s_mostIdleFrames)
            _idle.Enqueue(frame);
        else
            frame.Dispose();
    }

    /// <summary>Runs all steps in a frame that is bound.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled between two steps.</exception>
    internal void Execute(Frame frame)
    {
        if (_ticks is not null)
        {
            ExecuteTimed(frame);
            return;
        }

        foreach (Step step in _steps)
        {
            frame.CancellationToken.ThrowIfCancellationRequested();
            step.Action(frame);
        }

        GC.KeepAlive(_constants);
    }

    /// <summary>Runs and total time of every step so far; zeros when profiling is off.</summary>
    internal IEnumerable<(Step Step, long Runs, TimeSpan Time)> Times()
    {
        for (int i = 0; i < _steps.Length; i++)
        {
            long ticks = _ticks is null ? 0 : Interlocked.Read(ref _ticks[i]);
            yield return (_steps[i], _runs is null ? 0 : Interlocked.Read(ref _runs[i]), TimeSpan.FromSeconds(ticks / (double)Stopwatch.Frequency));
        }
    }

    public void Dispose()
    {
        while (_idle.TryDequeue(out Frame? frame))
            frame.Dispose();
        foreach (IDisposable owned in _owned)
            owned.Dispose();
    }

    private void ExecuteTimed(Frame frame)
    {
        for (int i = 0; i < _steps.Length; i++)
        {
            frame.CancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            _steps[i].Action(frame);
            Interlocked.Add(ref _ticks![i], Stopwatch.GetTimestamp() - start);
            Interlocked.Increment(ref _runs![i]);
        }
    }
}
