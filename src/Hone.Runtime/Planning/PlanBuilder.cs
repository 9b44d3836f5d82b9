using Hone.Evaluation;
using Hone.Graphs;
using Hone.Kernels.Memory;
using Hone.Runtime.Execution;
using Hone.Runtime.Lowering;
using Hone.Tensors;

namespace Hone.Runtime.Planning;

/// <summary>Makes the plan for inputs of certain shapes: operation after operation it resolves layouts, places values and collects steps.</summary>
internal sealed unsafe partial class PlanBuilder
{
    private readonly ConcreteShapes _shapes;
    private readonly CompileOptions _options;
    private readonly List<Step> _steps = [];
    private readonly List<Operand> _operands = [];
    private readonly List<PlannedBuffer> _buffers = [];
    private readonly List<IDisposable> _owned = [];
    private readonly List<Tensor> _constants = [];
    private readonly List<Operand> _touched = [];
    private readonly Dictionary<(Value Value, Layout Layout), Operand> _places = [];
    private readonly Dictionary<Value, Layout> _layouts = [];
    private readonly Dictionary<Value, int> _dynamic = [];
    private readonly Dictionary<Value, int> _pendingReads = [];
    private Operation? _current;

    private PlanBuilder(ConcreteShapes shapes, CompileOptions options)
    {
        _shapes = shapes;
        _options = options;
    }

    /// <summary>Plans the operations, which are in order.</summary>
    internal static Plan Build(Graph graph, IReadOnlyList<Operation> operations, IReadOnlyList<TensorShape> inputShapes, CompileOptions options)
    {
        PlanBuilder builder = new(ConcreteShapes.Resolve(graph, inputShapes), options);
        return builder.Build(graph, operations);
    }

    private Plan Build(Graph graph, IReadOnlyList<Operation> operations)
    {
        IReadOnlyList<Operation> needed = RemovePadding(Needed(operations, graph.Outputs), out int first);
        CountReads(needed, graph.Outputs);
        PlannedPort[] inputs = [.. graph.Inputs.Select(PlanInput)];
        ReserveConcatenations(needed);
        for (int i = 0; i < needed.Count; i++)
        {
            Begin(null);
            if (i == first)
                FindTokens();
            Begin(needed[i]);
            needed[i].Plan(this);
            ForgetReads(needed[i].Inputs);
        }

        Begin(null);
        PlannedPort[] outputs = [.. graph.Outputs.Select(PlanOutput)];
        long arena = ArenaLayout.Place(_buffers.Where(b => b.Kind == BufferKind.Arena && b.FirstStep >= 0));
        return new Plan(new PlanParts
        {
            Steps = _steps,
            Operands = _operands,
            Inputs = inputs,
            Outputs = outputs,
            Owned = _owned,
            Constants = _constants,
            ArenaByteCount = arena,
            DynamicCount = _dynamic.Count,
            MaxThreads = _options.Threads,
            Profiles = _options.Profiles,
            PaddingReport = _paddingReport,
        });
    }

    /// <summary>The operations whose results do not follow from shapes already, and are read.</summary>
    private List<Operation> Needed(IReadOnlyList<Operation> operations, IReadOnlyList<Value> outputs)
    {
        HashSet<Value> wanted = [.. outputs];
        List<Operation> needed = [];
        foreach (Operation operation in operations.Reverse())
        {
            if (!operation.Outputs.Any(o => wanted.Contains(o) && ConstantOf(o) is null))
                continue;
            needed.Add(operation);
            wanted.UnionWith(operation.Inputs);
        }

        needed.Reverse();
        return needed;
    }

    private void CountReads(IEnumerable<Operation> operations, IReadOnlyList<Value> outputs)
    {
        foreach (Value value in operations.SelectMany(o => o.Inputs.Distinct()).Concat(outputs))
            _pendingReads[value] = _pendingReads.GetValueOrDefault(value) + 1;
    }

    private void Begin(Operation? operation)
    {
        _current = operation;
        _touched.Clear();
    }

    private void ForgetReads(IEnumerable<Value> values)
    {
        foreach (Value value in values.Distinct())
        {
            _pendingReads[value]--;
            foreach (Layout layout in Enum.GetValues<Layout>())
            {
                if (_places.TryGetValue((value, layout), out Operand? place))
                    place.Buffer.PendingReads--;
            }

            if (_tokenPlaces.TryGetValue(value, out Operand? tokens))
                tokens.Buffer.PendingReads--;
        }
    }

    private PlannedPort PlanInput(Value value, int index)
    {
        TensorShape? shape = _shapes.ShapeOf(value);
        if (IsDynamic(value))
            return new PlannedPort(value, shape, AddDynamic(value));
        PlannedBuffer buffer = new() { Kind = BufferKind.Input, Index = index, ByteCount = value.DataType.ByteCount(shape!.ElementCount) };
        Place(value, Layout.RowMajor, buffer);
        _layouts[value] = Layout.RowMajor;
        return new PlannedPort(value, shape, -1);
    }

    /// <summary>Lets the value end in the caller's tensor: by itself where its memory is free for that, else by a copy.</summary>
    private PlannedPort PlanOutput(Value value, int index)
    {
        if (IsDynamic(value) && ConstantOf(value) is null)
            return new PlannedPort(value, null, _dynamic[value]);
        Operand place = Input(value, Layout.RowMajor);
        PlannedBuffer buffer = place.Buffer;
        if (buffer.Kind == BufferKind.Arena && place.Offset == 0 && buffer.ByteCount == place.ByteCount)
        {
            buffer.Kind = BufferKind.Output;
            buffer.Index = index;
            return new PlannedPort(value, place.Shape, -1);
        }

        PlannedBuffer target = new() { Kind = BufferKind.Output, Index = index, ByteCount = place.ByteCount };
        Operand copy = AddOperand(value, place.DataType, place.Shape, Layout.RowMajor, target, 0, 0);
        long bytes = place.ByteCount;
        AddStep("copy", [place, copy], frame => Buffer.MemoryCopy(frame[place], frame[copy], bytes, bytes), value.Name);
        return new PlannedPort(value, place.Shape, -1);
    }

    /// <summary>The shape of a value, or null when it depends on data.</summary>
    internal TensorShape? ShapeOf(Value value) => _shapes.ShapeOf(value);

    /// <summary>The tensor of a constant, or of a value that follows from shapes; null for all others.</summary>
    internal Tensor? ConstantOf(Value value) => _shapes.ConstantOf(value);

    /// <summary>Whether the value has no planned memory: its shape depends on data, or it holds strings.</summary>
    internal bool IsDynamic(Value value) =>
        ConstantOf(value) is not null
            ? value.DataType == DataType.String
            : _dynamic.ContainsKey(value) || _shapes.ShapeOf(value) is null || value.DataType is DataType.Undefined or DataType.String;

    /// <summary>Whether an operation can use its fast kernel: every shape is known and nothing is empty, unless inputs may be.</summary>
    internal bool IsStatic(Operation operation) =>
        operation.Inputs.All(v => !IsDynamic(v) && (operation.TakesEmptyInputs || ShapeOf(v)!.ElementCount > 0))
        && operation.Outputs.All(v => !IsDynamic(v) && ShapeOf(v)!.ElementCount > 0);

    /// <summary>The layout in which a value was produced.</summary>
    internal Layout LayoutOf(Value value) => IsOnTokens(value) ? Layout.RowMajor : _layouts.GetValueOrDefault(value, Layout.RowMajor);

    /// <summary>The number of a value's tensor in the frame.</summary>
    internal int DynamicIndex(Value value) => _dynamic[value];

    internal int AddDynamic(Value value)
    {
        if (!_dynamic.TryGetValue(value, out int index))
            _dynamic.Add(value, index = _dynamic.Count);
        return index;
    }

    /// <summary>A value to read, turned to the wanted layout where it lies in the other.</summary>
    /// <param name="value">Produced by an operation before, a graph input, or a constant.</param>
    /// <param name="layout">How the step reads it.</param>
    /// <param name="allowsStride">Whether the step can read pixels that are further apart than their channels.</param>
    internal Operand Input(Value value, Layout layout, bool allowsStride = false)
    {
        if (IsOnTokens(value))
            return Touch(TokensOf(value));
        Operand place = _places.TryGetValue((value, layout), out Operand? found) ? found : Turn(value, layout);
        if (!allowsStride && !place.IsContiguous)
            place = Compact(place);
        _touched.Add(place);
        return place;
    }

    /// <summary>Memory for a value that the operation produces.</summary>
    /// <param name="value">The value.</param>
    /// <param name="layout">How the step writes it.</param>
    /// <param name="allowsStride">Whether the step can write pixels further apart than their channels.</param>
    /// <param name="mayReplace">
    /// Inputs whose memory it may take over, when nobody reads them any more: the step writes each element after its last read. An input that the
    /// operation reads in another role too, as a convolution does whose residual is its own input, keeps its memory.
    /// </param>
    internal Operand Output(Value value, Layout layout, bool allowsStride = false, params ReadOnlySpan<Operand> mayReplace)
    {
        TensorShape shape = ShapeOf(value)!;
        _layouts[value] = layout;
        if (allowsStride && layout == Layout.ChannelsLast && PlaceInConcatenation(value) is { } inside)
            return inside;
        foreach (Operand candidate in mayReplace)
        {
            bool isLastRead = candidate.Buffer is { Kind: BufferKind.Arena } buffer && buffer.PendingReads == (candidate.Value is null ? 0 : 1);
            bool isReadOnce = _touched.Count(t => t.Buffer == candidate.Buffer) == 1;
            if (isLastRead && isReadOnce && candidate.IsContiguous && candidate.Offset == 0 && candidate.Buffer.ByteCount == value.DataType.ByteCount(shape.ElementCount))
                return Touch(Place(value, layout, candidate.Buffer));
        }

        return Touch(Place(value, layout, NewBuffer(value.DataType.ByteCount(shape.ElementCount))));
    }

    /// <summary>Lets a value be another one under a new shape; both lie row-major, or at the same places in either layout.</summary>
    internal void View(Value output, Operand source)
    {
        Operand view = Place(output, Layout.RowMajor, source.Buffer, source.Offset);
        _layouts[output] = Layout.RowMajor;
        _touched.Add(view);
    }

    /// <summary>Lets a value in a layout be the very memory of another operand.</summary>
    internal void View(Value output, Operand source, Layout layout)
    {
        _touched.Add(Place(output, layout, source.Buffer, source.Offset));
        _layouts[output] = layout;
    }

    /// <summary>Memory that only the steps of the current operation use.</summary>
    internal Operand Scratch(DataType dataType, TensorShape shape, Layout layout = Layout.RowMajor) =>
        Touch(AddOperand(null, dataType, shape, layout, NewBuffer(dataType.ByteCount(shape.ElementCount)), 0, Operand.DenseStride(shape, layout)));

    /// <summary>Keeps native memory as long as the plan.</summary>
    internal NativeBuffer Own(NativeBuffer buffer)
    {
        _owned.Add(buffer);
        return buffer;
    }

    /// <summary>Adds a step of the current operation. It may use all operands that were asked for since the operation began.</summary>
    internal void Step(string kernelId, StepAction action, bool isReference = false)
    {
        Use(_touched);
        _steps.Add(new Step
        {
            Name = _current!.Name,
            Nodes = _current.Group.Nodes,
            KernelId = kernelId,
            Action = action,
            ByteCount = _touched.Distinct().Sum(o => o.ByteCount),
            IsReference = isReference,
            Result = Tokens is null ? Describe(_current.Outputs) : $"{Describe(_current.Outputs)} of real tokens",
        });
    }

    private string Describe(IEnumerable<Value> values) =>
        string.Join(", ", values.Select(v => IsDynamic(v) || ShapeOf(v) is not { } shape
            ? v.ToString()
            : $"{v.DataType.DisplayName()} {shape}{(LayoutOf(v) == Layout.ChannelsLast ? " channels-last" : "")}"));

    private void AddStep(string kernelId, Operand[] operands, StepAction action, string name)
    {
        Use(operands);
        _steps.Add(new Step
        {
            Name = name,
            Nodes = [],
            KernelId = kernelId,
            Action = action,
            ByteCount = operands.Sum(o => o.ByteCount),
            IsReference = false,
            Result = $"{operands[^1].DataType.DisplayName()} {operands[^1].Shape}",
        });
    }

    private void Use(IEnumerable<Operand> operands)
    {
        foreach (Operand operand in operands)
        {
            PlannedBuffer buffer = operand.Buffer;
            buffer.FirstStep = buffer.FirstStep < 0 ? _steps.Count : buffer.FirstStep;
            buffer.LastStep = _steps.Count;
        }
    }

    private Operand Touch(Operand operand)
    {
        _touched.Add(operand);
        return operand;
    }

    private PlannedBuffer NewBuffer(long byteCount)
    {
        PlannedBuffer buffer = new() { Kind = BufferKind.Arena, ByteCount = byteCount };
        _buffers.Add(buffer);
        return buffer;
    }

    private Operand Place(Value value, Layout layout, PlannedBuffer buffer, long offset = 0, long pixelStride = 0)
    {
        if (IsOnTokens(value) && _region!.WriterOf(value) == _current)
            return PlaceTokens(value, buffer, offset);
        TensorShape shape = ShapeOf(value)!;
        Operand operand = AddOperand(value, value.DataType, shape, layout, buffer, offset, pixelStride > 0 ? pixelStride : Operand.DenseStride(shape, layout));
        _places[(value, layout)] = operand;
        buffer.PendingReads += _pendingReads.GetValueOrDefault(value);
        return operand;
    }

    private Operand AddOperand(Value? value, DataType dataType, TensorShape shape, Layout layout, PlannedBuffer buffer, long offset, long pixelStride)
    {
        Operand operand = new()
        {
            Index = _operands.Count, Value = value, DataType = dataType, Shape = shape, Layout = layout, Buffer = buffer, Offset = offset, PixelStride = pixelStride,
        };
        _operands.Add(operand);
        return operand;
    }
}
