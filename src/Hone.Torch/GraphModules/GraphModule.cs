using Hone.Graphs;
using Hone.Rewriting;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.GraphModules;

/// <summary>A graph, captured or imported, as a TorchSharp module: it runs on libtorch, has parameters, and gradients flow through it.</summary>
/// <remarks>
/// Floating-point constants become parameters under their own names, running statistics of batch normalizations become buffers; dropout and batch
/// normalization follow the training flag as in PyTorch. <see cref="ToModel"/> writes the trained values back into a portable model.
/// </remarks>
public class GraphModule : nn.Module<Tensor, Tensor>
{
    private readonly Model _model;
    private readonly Dictionary<Value, Tensor> _constants = [];
    private readonly Dictionary<Node, NodeExecutor> _executors = [];

    /// <summary>Makes a module of a model. The model is not changed.</summary>
    /// <exception cref="UnsupportedOperatorException">Some operators have no executor; all of them are listed.</exception>
    public GraphModule(Model model, GraphModuleOptions? options = null)
        : base(nameof(GraphModule))
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        options ??= new GraphModuleOptions();
        BindExecutors(options);
        BindConstants(options);
    }

    /// <value>The graph that is executed; its constants hold the values from before training.</value>
    public Graph Graph => _model.Graph;

    /// <summary>Runs a graph of one input and one output.</summary>
    /// <exception cref="InvalidOperationException">The graph has more inputs or outputs; use <see cref="Execute"/>.</exception>
    public override Tensor forward(Tensor input) => SingleTensorCall.Run(input, Graph.Inputs.Count, Graph.Outputs.Count, Execute);

    /// <summary>Runs the graph.</summary>
    /// <param name="inputs">One tensor for each graph input, in order.</param>
    /// <returns>One tensor for each graph output, in order.</returns>
    /// <exception cref="ArgumentException">The number of inputs is another.</exception>
    public IReadOnlyList<Tensor> Execute(IReadOnlyList<Tensor> inputs)
    {
        SingleTensorCall.CheckInputs(inputs, Graph.Inputs.Count);
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Dictionary<Value, Tensor> tensors = new(_constants);
        for (int i = 0; i < inputs.Count; i++)
            tensors[Graph.Inputs[i]] = inputs[i];
        foreach (Node node in Graph.Nodes)
            ExecuteNode(node, tensors);
        // An output that is an input or a parameter must not be disposed by whoever receives it.
        return [.. Graph.Outputs.Select(o => (o.Producer is null ? tensors[o].alias() : tensors[o]).MoveToOuterDisposeScope())];
    }

    /// <summary>The model with the present values of parameters and buffers.</summary>
    public Model ToModel()
    {
        Graph copy = Graph.Copy();
        GraphPatch patch = new(copy, "write trained values back");
        foreach ((Value constant, Tensor tensor) in _constants)
        {
            if (ConstantRoles.Of(constant) != ConstantRole.Fixed)
                patch.ReplaceConstant(copy.FindValue(constant.Name)!, tensor.ToHone());
        }

        patch.Apply();
        return new Model(copy, _model.Metadata);
    }

    private void BindExecutors(GraphModuleOptions options)
    {
        foreach (Node node in Graph.Nodes)
        {
            string name = node.Operator.ToString();
            NodeExecutor? executor = options.Executors?.GetValueOrDefault(name) ?? ExecutorTable.Find(name);
            if (executor is not null)
                _executors.Add(node, executor);
        }

        List<UnsupportedOperator> missing = [.. Graph.Nodes.Where(n => !_executors.ContainsKey(n)).GroupBy(n => n.Operator.ToString())
            .Select(g => new UnsupportedOperator(g.Key, "GraphModule cannot execute it on libtorch", [.. g.Select(n => n.Name)]))];
        if (missing.Count > 0)
            throw new UnsupportedOperatorException(missing);
    }

    private void BindConstants(GraphModuleOptions options)
    {
        ParameterTree tree = new("parameters");
        foreach (Value constant in Graph.Constants.OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            Tensor tensor = constant.Constant!.ToTorch();
            ConstantRole role = ConstantRoles.Of(constant);
            if (role == ConstantRole.Weight && (options.IsTrainable?.Invoke(constant) ?? true))
                tensor = new Parameter(tensor);
            if (role != ConstantRole.Fixed)
                tree.Add(constant.Name, tensor);
            _constants.Add(constant, tensor.DetachFromDisposeScope());
        }

        tree.MoveInto(register_module, register_parameter, (name, buffer) => register_buffer(name, buffer, true));
    }

    private void ExecuteNode(Node node, Dictionary<Value, Tensor> tensors)
    {
        Tensor?[] inputs = [.. node.Inputs.Select(i => i is null ? null : tensors[i])];
        Tensor[] outputs = _executors[node](new NodeCall(node, inputs, training));
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output)
                tensors[output] = i < outputs.Length ? outputs[i] : throw new ModelFormatException(node.Name, node.Operator.Name, $"its executor gave no output {i}.");
        }
    }
}
