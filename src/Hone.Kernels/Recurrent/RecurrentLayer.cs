using System.Runtime.Intrinsics;
using Hone.Kernels.Cpu;
using Hone.Kernels.MatMul;
using Hone.Kernels.Simd;
using Hone.Kernels.Threading;

namespace Hone.Kernels.Recurrent;

/// <summary>
/// A recurrent layer of one or two directions, as ONNX's LSTM, GRU and RNN: one product projects the inputs of all steps, then each step multiplies
/// the hidden state by panels in which the gates of a unit lie side by side, so that a panel finishes its cells. Immutable; runs allocate nothing.
/// </summary>
public sealed unsafe partial class RecurrentLayer : IDisposable
{
    /// <summary>Recurrent weights below this many bytes per thread and step are not worth waking another thread for.</summary>
    private const long BytesPerThread = 1 << 17;

    private readonly RecurrentShape _shape;
    private readonly RecurrentDirection[] _directions;
    private readonly bool[] _isReverse;
    private readonly float _clip;
    private readonly int _width;

    /// <summary>Packs the weights for the best kernel of this CPU.</summary>
    /// <param name="shape">The cell and its sizes.</param>
    /// <param name="forward">Weights of the direction that runs with time; or of the only one.</param>
    /// <param name="isReverse">True where the only direction runs against time, from the end of each sequence.</param>
    /// <param name="clip">What goes into an activation is limited to plus and minus this; infinite for no limit.</param>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A size is not positive, or weights have the wrong length.</exception>
    public RecurrentLayer(RecurrentShape shape, in RecurrentWeights forward, bool isReverse, float clip = float.PositiveInfinity, KernelOptions? options = null)
        : this(shape, clip, options)
    {
        _directions = [new RecurrentDirection(shape, forward, options ?? KernelOptions.Default)];
        _isReverse = [isReverse];
    }

    /// <summary>Packs the weights of both directions.</summary>
    /// <param name="shape">The cell and its sizes, the same for both.</param>
    /// <param name="forward">Weights of the direction that runs with time.</param>
    /// <param name="backward">Weights of the direction that runs against it, from the end of each sequence.</param>
    /// <param name="clip">What goes into an activation is limited to plus and minus this; infinite for no limit.</param>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A size is not positive, or weights have the wrong length.</exception>
    public RecurrentLayer(
        RecurrentShape shape, in RecurrentWeights forward, in RecurrentWeights backward, float clip = float.PositiveInfinity, KernelOptions? options = null)
        : this(shape, clip, options)
    {
        _directions = [new RecurrentDirection(shape, forward, options ?? KernelOptions.Default), new RecurrentDirection(shape, backward, options ?? KernelOptions.Default)];
        _isReverse = [false, true];
    }

    /// <summary>Packs 8-bit weights. Inputs are quantized to u8 by the range of them all, hidden states at every step by the range of all sequences;
    /// sums are int32, gates and cells fp32.</summary>
    /// <param name="shape">The cell and its sizes.</param>
    /// <param name="forward">Weights of the direction that runs with time; or of the only one.</param>
    /// <param name="isReverse">True where the only direction runs against time, from the end of each sequence.</param>
    /// <param name="clip">What goes into an activation is limited to plus and minus this; infinite for no limit.</param>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A size is not positive, or weights or scales have the wrong length.</exception>
    public RecurrentLayer(
        RecurrentShape shape, in QuantizedRecurrentWeights forward, bool isReverse, float clip = float.PositiveInfinity, KernelOptions? options = null)
        : this(shape, clip, options)
    {
        _directions = [new RecurrentDirection(shape, forward, options ?? KernelOptions.Default)];
        _isReverse = [isReverse];
    }

    /// <summary>Packs 8-bit weights of both directions.</summary>
    /// <param name="shape">The cell and its sizes, the same for both.</param>
    /// <param name="forward">Weights of the direction that runs with time.</param>
    /// <param name="backward">Weights of the direction that runs against it, from the end of each sequence.</param>
    /// <param name="clip">What goes into an activation is limited to plus and minus this; infinite for no limit.</param>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A size is not positive, or weights or scales have the wrong length.</exception>
    public RecurrentLayer(
        RecurrentShape shape, in QuantizedRecurrentWeights forward, in QuantizedRecurrentWeights backward, float clip = float.PositiveInfinity, KernelOptions? options = null)
        : this(shape, clip, options)
    {
        _directions = [new RecurrentDirection(shape, forward, options ?? KernelOptions.Default), new RecurrentDirection(shape, backward, options ?? KernelOptions.Default)];
        _isReverse = [false, true];
    }

    private RecurrentLayer(RecurrentShape shape, float clip, KernelOptions? options)
    {
        ArgumentNullException.ThrowIfNull(shape);
        shape.Validate();
        (_shape, _clip, _directions, _isReverse) = (shape, clip, [], []);
        _width = VectorWidth.For((options ?? KernelOptions.Default).Features);
    }

    /// <summary>Name of what does the work, for listings.</summary>
    public string KernelId => $"recurrent-{_shape.Kind.ToString().ToLowerInvariant()}/{_directions[0].KernelId}";

    /// <summary>Bytes of packed weights.</summary>
    public long PackedBytes => _directions.Sum(d => d.PackedBytes);

    /// <summary>Directions, 1 or 2.</summary>
    public int Directions => _directions.Length;

    /// <summary>Bytes of scratch memory for a run.</summary>
    /// <param name="steps">Steps of the longest sequence.</param>
    /// <param name="batch">Number of sequences.</param>
    public long ScratchBytes(int steps, int batch) => Directions * (ProjectionBytes(steps, batch) + (4 * StateBytes(batch))) + CodeBytes(steps, batch);

    /// <summary>Runs the layer over whole sequences.</summary>
    /// <param name="arguments">Sizes and native memory that stays valid during the run.</param>
    public void Run(in RecurrentArguments arguments)
    {
        RecurrentArguments a = arguments;
        if (a.Steps <= 0 || a.Batch <= 0)
        {
            return;
        }

        byte* input = Quantize(a, out float scale, out int zeroPoint);
        for (int d = 0; d < Directions; d++)
        {
            MatMulArguments projection = new()
            {
                Input = input, InputStride = _shape.InputSize, Rows = checked(a.Steps * a.Batch),
                Output = (byte*)Projection(a, d), OutputStride = _shape.Columns, Pool = a.Pool, MaxThreads = a.MaxThreads,
            };
            _directions[d].Project(projection, scale, zeroPoint);
            Begin(a, d);
        }

        WorkerPool pool = a.Pool ?? WorkerPool.Shared;
        int threads = a.MaxThreads > 0 ? Math.Min(a.MaxThreads, pool.ThreadCount) : pool.ThreadCount;
        long bytes = _directions[0].Hidden.Bytes * Math.Max(1, a.Batch / 6);
        int parts = (int)Math.Clamp(Math.Min(threads / Directions, bytes / BytesPerThread), 1, _shape.Blocks);
        if (parts == 1)
        {
            SequenceJob job = new() { Owner = this, Arguments = a };
            pool.Run(ref job, Directions, a.MaxThreads);
        }
        else
        {
            for (int step = 0; step < a.Steps; step++)
            {
                StepJob job = new() { Owner = this, Arguments = a, Step = step, Parts = parts };
                pool.Run(ref job, Directions * parts, a.MaxThreads);
                if (_shape.Kind == RecurrentKind.GruResetBefore)
                {
                    job.IsSecondPhase = true;
                    pool.Run(ref job, Directions * parts, a.MaxThreads);
                }
            }
        }

        for (int d = 0; d < Directions; d++)
        {
            End(a, d);
        }
    }

    /// <summary>Frees the packed weights; no run may be under way.</summary>
    public void Dispose()
    {
        foreach (RecurrentDirection direction in _directions)
        {
            direction.Dispose();
        }
    }

    private struct SequenceJob : IParallelJob
    {
        internal RecurrentLayer Owner;
        internal RecurrentArguments Arguments;

        public readonly void Execute(int item)
        {
            for (int step = 0; step < Arguments.Steps; step++)
            {
                Owner.RunBlocks(Arguments, item, step, 0, Owner._shape.Blocks, isSecondPhase: false);
                if (Owner._shape.Kind == RecurrentKind.GruResetBefore)
                {
                    Owner.RunBlocks(Arguments, item, step, 0, Owner._shape.Blocks, isSecondPhase: true);
                }
            }
        }
    }

    private struct StepJob : IParallelJob
    {
        internal RecurrentLayer Owner;
        internal RecurrentArguments Arguments;
        internal int Step;
        internal int Parts;
        internal bool IsSecondPhase;

        public readonly void Execute(int item)
        {
            (int direction, int part) = Math.DivRem(item, Parts);
            int blocks = Owner._shape.Blocks;
            Owner.RunBlocks(Arguments, direction, Step, (int)((long)blocks * part / Parts), (int)((long)blocks * (part + 1) / Parts), IsSecondPhase);
        }
    }

    private void RunCells(in CellArguments cell, bool gatesOnly)
    {
        switch (_width)
        {
            case 512: Run<Simd512, Vector512<float>, Vector512<int>>(cell, gatesOnly); break;
            case 256: Run<Simd256, Vector256<float>, Vector256<int>>(cell, gatesOnly); break;
            default: Run<Simd128, Vector128<float>, Vector128<int>>(cell, gatesOnly); break;
        }
    }

    private void Run<S, V, I>(in CellArguments cell, bool gatesOnly)
        where S : struct, ISimd<V, I>
        where V : struct
        where I : struct
    {
        if (gatesOnly)
        {
            RecurrentCells<S, V, I>.GruGates(cell);
        }
        else
        {
            RecurrentCells<S, V, I>.Run(_shape.Kind, cell);
        }
    }
}
