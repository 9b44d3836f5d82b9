using Hone.Graphs;
using Hone.Passes;
using Hone.Runtime.Execution;
using Hone.Runtime.Lowering;
using Hone.Runtime.Passes;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime;

/// <summary>A model compiled for this machine. Immutable and safe for concurrent runs; it cannot be saved.</summary>
/// <remarks>
/// Weights are packed once. For every combination of input shapes a plan of steps and memory is made and kept; each run rents an arena of its own.
/// The model's tensors are shared, so they must not be disposed or written to while this lives.
/// </remarks>
public sealed partial class CompiledModel : IDisposable
{
    private readonly Graph _graph;
    private readonly IReadOnlyList<Operation> _operations;
    private readonly PlanCache _plans;
    private readonly Lifetime _lifetime;

    private CompiledModel(Graph graph, IReadOnlyList<Operation> operations, CompileOptions options)
    {
        _graph = graph;
        _operations = operations;
        Options = options;
        _plans = new PlanCache(shapes => PlanBuilder.Build(graph, operations, shapes, options), options.MostPlans);
        _lifetime = new Lifetime(Free);
    }

    /// <value>How the model was compiled.</value>
    public CompileOptions Options { get; }

    /// <value>What a run must be given, in order.</value>
    public IReadOnlyList<Value> Inputs => _graph.Inputs;

    /// <value>What a run gives back, in order.</value>
    public IReadOnlyList<Value> Outputs => _graph.Outputs;

    /// <value>Bytes of weights that are kept in packed form, besides the model's own tensors.</value>
    public long PackedByteCount => _operations.Sum(o => o.PackedByteCount);

    /// <summary>Compiles a model.</summary>
    /// <param name="model">Is not changed; its tensors are shared.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="cancellationToken">Stops between two passes or two packed weights.</param>
    /// <exception cref="HoneException">The options are out of range, or the graph breaks the rules of an operator.</exception>
    /// <exception cref="OperationCanceledException">The compilation was cancelled.</exception>
    public static CompiledModel Compile(Model model, CompileOptions? options = null, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Compile(model.Graph, null, options ?? CompileOptions.Default, progress, cancellationToken);
    }

    internal static CompiledModel Compile(
        Graph source, IReadOnlyList<Value>? outputs, CompileOptions options, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        Graph graph = source.Copy(outputs);
        if (options.Optimizes)
            PortablePipeline.Create().Run(graph, progress, cancellationToken);
        CompilePipeline.Create().Run(graph, progress, cancellationToken);
        progress?.Report("pack weights");
        IReadOnlyList<Operation> operations = GraphLowering.Lower(graph, options);
        Parallel.ForEach(operations, new ParallelOptions { CancellationToken = cancellationToken }, operation => operation.Prepare());
        CompiledModel compiled = new(graph, operations, options);
        if (graph.Inputs.All(i => i.Shape?.IsFixed == true))
        {
            progress?.Report("plan memory");
            compiled._plans.Get([.. graph.Inputs.Select(i => i.Shape!.ToTensorShape()!)]);
        }

        return compiled;
    }

    /// <summary>Runs the model once.</summary>
    /// <param name="inputs">One tensor per input, by name. They stay the caller's, who does not write to them during the run.</param>
    /// <param name="cancellationToken">Stops the run between two steps.</param>
    /// <returns>The outputs by name; the caller disposes them.</returns>
    /// <exception cref="ShapeMismatchException">An input is missing, unknown, or of another type or shape.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The compiled model is disposed.</exception>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<Tensor> outputs = RunInOrder(inputs, cancellationToken);
        Dictionary<string, Tensor> named = new(StringComparer.Ordinal);
        for (int i = 0; i < outputs.Count; i++)
            named.TryAdd(Outputs[i].Name, outputs[i]);
        return named;
    }

    /// <summary>Runs a model of one input and gives its first output; others are dropped.</summary>
    /// <inheritdoc cref="Run(IReadOnlyDictionary{string, Tensor}, CancellationToken)"/>
    public Tensor Run(Tensor input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (Inputs.Count != 1)
            throw new ShapeMismatchException("The run", $"the inputs {string.Join(", ", Inputs.Select(i => i.Name))}", "a single tensor");
        IReadOnlyList<Tensor> outputs = RunInOrder(new Dictionary<string, Tensor> { [Inputs[0].Name] = input }, cancellationToken);
        foreach (Tensor other in outputs.Skip(1))
            other.Dispose();
        return outputs[0];
    }

    /// <summary>Binds input tensors for many runs without any allocation; see <see cref="Session"/>.</summary>
    /// <param name="inputs">One tensor per input, by name. Write new numbers to them between two runs; they must live as long as the session.</param>
    /// <exception cref="ShapeMismatchException">An input is missing, unknown, or of another type or shape.</exception>
    public Session CreateSession(IReadOnlyDictionary<string, Tensor> inputs)
    {
        Tensor[] ordered = CheckInputs(inputs);
        _lifetime.Enter();
        return new Session(Plan(ordered), ordered, _lifetime);
    }

    /// <inheritdoc/>
    public void Dispose() => _lifetime.Dispose();

    internal IReadOnlyList<Tensor> RunInOrder(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken)
    {
        Tensor[] ordered = CheckInputs(inputs);
        _lifetime.Enter();
        try
        {
            Plan plan = Plan(ordered);
            Tensor?[] outputs = PlanRun.NewOutputs(plan);
            Frame frame = plan.Rent();
            try
            {
                PlanRun.Execute(plan, frame, ordered, outputs, cancellationToken);
                return PlanRun.TakeOutputs(plan, frame, outputs);
            }
            finally
            {
                frame.ClearDynamicTensors();
                plan.Return(frame);
                GC.KeepAlive(ordered);
            }
        }
        finally
        {
            _lifetime.Leave();
        }
    }

    private Tensor[] CheckInputs(IReadOnlyDictionary<string, Tensor> inputs)
    {
        Evaluation.RunInputs.Check(_graph, inputs);
        return [.. _graph.Inputs.Select(i => inputs[i.Name])];
    }

    private Plan Plan(Tensor[] inputs) => _plans.Get(Array.ConvertAll(inputs, i => i.Shape));

    private void Free()
    {
        _plans.Dispose();
        foreach (Operation operation in _operations)
            operation.Dispose();
    }
}
