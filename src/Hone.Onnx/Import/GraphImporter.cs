using Hone.Graphs;
using Hone.Onnx.Protobuf;
using Hone.Onnx.Upgrade;
using Hone.Operators;
using Hone.Tensors;

namespace Hone.Onnx.Import;

/// <summary>Builds graphs from the file's: constants, nodes in order, nested graphs, calls of functions inlined.</summary>
internal sealed class GraphImporter(OperatorTable operators, FunctionLibrary functions, TensorImporter tensors)
{
    /// <summary>A few functions that call each other twice make exponentially many nodes.</summary>
    private const int MostInlinedNodes = 100_000;

    /// <summary>Functions may not be recursive; real ones nest a few levels.</summary>
    private const int DeepestCall = 64;

    private readonly AttributeImporter _attributes = new(tensors);
    private readonly ConstantNode _constants = new(tensors);
    private int _inlinedNodes;
    private int _callDepth;

    internal Graph ImportMainGraph(GraphProto proto, Opsets opsets)
    {
        Graph graph = ImportGraph(proto, null, new ImportScope(opsets));
        if (graph.Inputs.FirstOrDefault(i => i.DataType == DataType.Undefined) is { } untyped)
            throw new ModelFormatException($"The graph input '{untyped.Name}' has no element type.");
        return graph;
    }

    private Graph ImportGraph(GraphProto proto, Graph? outer, ImportScope scope)
    {
        GraphBuilder builder = new(proto.Name, outer, operators);
        ImportConstantsAndInputs(proto, builder, scope);
        HashSet<string> namesInFile = new(proto.Node.SelectMany(n => n.Output), StringComparer.Ordinal);
        ImportNodes(proto.Node, builder, scope, namesInFile);
        foreach (ValueInfoProto output in proto.Output)
            AddOutput(builder, scope.Find(output.Name) ?? throw new ModelFormatException($"The graph output '{output.Name}' is left out."), scope.Prefix + output.Name);
        return builder.Build();
    }

    private void ImportConstantsAndInputs(GraphProto proto, GraphBuilder builder, ImportScope scope)
    {
        HashSet<string> initialized = new(StringComparer.Ordinal);
        foreach ((string name, Tensor tensor) in proto.Initializer.Select(i => (i.Name, tensors.Read(i)))
            .Concat(proto.SparseInitializer.Select(s => (s.Values?.Name ?? "", tensors.ReadSparse(s)))))
        {
            CheckName(name, "An initializer");
            scope.Define(name, builder.Constant(FreeName(builder, scope.Prefix + name), tensor));
            initialized.Add(name);
        }

        foreach (ValueInfoProto input in proto.Input)
        {
            CheckName(input.Name, "A graph input");
            // An initializer of the same name is a default that could be overridden; Hone takes it as the value.
            if (initialized.Contains(input.Name))
                continue;
            (DataType dataType, SymbolicShape? shape) = TypeImporter.Read(input);
            scope.Define(input.Name, builder.Input(FreeName(builder, scope.Prefix + input.Name), dataType, shape));
        }
    }

    private void ImportNodes(IReadOnlyList<NodeProto> nodes, GraphBuilder builder, ImportScope scope, HashSet<string> namesInFile, IReadOnlyDictionary<string, string>? outputNames = null)
    {
        int index = 0;
        foreach (NodeProto node in NodeOrder.Sort(nodes))
        {
            string name = scope.Prefix + (node.Name.Length > 0 ? node.Name : node.Output is [{ Length: > 0 } first, ..] ? first : $"{node.OpType}_{index}");
            index++;
            if (functions.Find(node) is { } function)
                InlineFunction(node, name, function.Function, function.Opsets, builder, scope, namesInFile);
            else if (node.OpType == "Constant" && OnnxFormat.NormalizeDomain(node.Domain).Length == 0)
                scope.Define(OutputName(node, 0), builder.Constant(FreeName(builder, ValueName(OutputName(node, 0), scope, outputNames)), _constants.Read(node, scope.Arguments)));
            else
                ImportNode(node, name, builder, scope, namesInFile, outputNames);
        }
    }

    private void ImportNode(NodeProto node, string name, GraphBuilder builder, ImportScope scope, HashSet<string> namesInFile, IReadOnlyDictionary<string, string>? outputNames)
    {
        List<Value?> inputs = [.. node.Input.Select(i => i.Length == 0 ? null : scope.Find(i))];
        while (inputs is [.., null])
            inputs.RemoveAt(inputs.Count - 1);
        List<string?> outputs = [.. node.Output.Select(o => o.Length == 0 ? null : FreeName(builder, ValueName(o, scope, outputNames)))];
        while (outputs is [_, .., null])
            outputs.RemoveAt(outputs.Count - 1);
        if (outputs.Count == 0)
            throw new ModelFormatException(name, node.OpType, "the node has no outputs.");
        NodeForm form = new(builder, namesInFile, name, node.OpType, inputs, ReadAttributes(node, builder, scope), outputs);
        form.Outputs[0] ??= form.UniqueName("out");
        if (OnnxFormat.NormalizeDomain(node.Domain).Length == 0)
            UpgradeTable.Upgrade(form, scope.Opsets.Find("") ?? OnnxFormat.NewestOpset);
        Node built = builder.Node(form.OperatorName, form.Inputs.ToArray(), form.Outputs.ToArray(), form.Attributes, name, OnnxFormat.NormalizeDomain(node.Domain));
        for (int i = 0; i < node.Output.Count; i++)
        {
            if (node.Output[i].Length > 0)
                scope.Define(node.Output[i], i < built.Outputs.Count ? built.Outputs[i] : null);
        }
    }

    private AttributeMap ReadAttributes(NodeProto node, GraphBuilder builder, ImportScope scope)
    {
        Dictionary<string, object> attributes = new(StringComparer.Ordinal);
        foreach (AttributeProto attribute in node.Attribute)
        {
            object? value = ReadAttribute(attribute, builder, scope);
            if (value is not null && !attributes.TryAdd(attribute.Name, value))
                throw new ModelFormatException(node.Name, node.OpType, $"the attribute '{attribute.Name}' is given twice.");
        }

        return new AttributeMap(attributes);
    }

    /// <summary>The value of an attribute; null where it refers to an attribute of the function that the call leaves out.</summary>
    private object? ReadAttribute(AttributeProto attribute, GraphBuilder builder, ImportScope scope)
    {
        if (attribute.RefAttrName.Length > 0)
            return scope.Arguments?.GetValueOrDefault(attribute.RefAttrName);
        return AttributeImporter.TypeOf(attribute) == AttributeProto.Types.AttributeType.Graph && attribute.G is not null
            ? ImportGraph(attribute.G, builder.Graph, new ImportScope(scope))
            : _attributes.Read(attribute);
    }

    private void InlineFunction(NodeProto call, string callName, FunctionProto function, Opsets opsets, GraphBuilder builder, ImportScope scope, HashSet<string> namesInFile)
    {
        _inlinedNodes += function.Node.Count;
        if (++_callDepth > DeepestCall || _inlinedNodes > MostInlinedNodes)
            throw new ModelFormatException(callName, call.OpType, "the functions of the model are recursive, or nested absurdly deep.");
        if (call.Input.Count > function.Input.Count || call.Output.Count > function.Output.Count)
            throw new ModelFormatException(callName, call.OpType, $"the call has {call.Input.Count} inputs and {call.Output.Count} outputs, the function {function.Input.Count} and {function.Output.Count}.");

        ImportScope body = new(opsets, $"{callName}/", ReadArguments(call, function, builder, scope));
        for (int i = 0; i < function.Input.Count; i++)
            body.Define(function.Input[i], i < call.Input.Count && call.Input[i].Length > 0 ? scope.Find(call.Input[i]) : null);
        // The results keep the caller's names.
        Dictionary<string, string> outputNames = new(StringComparer.Ordinal);
        for (int i = 0; i < call.Output.Count; i++)
        {
            if (call.Output[i].Length > 0)
                outputNames[function.Output[i]] = scope.Prefix + call.Output[i];
        }

        ImportNodes(function.Node, builder, body, namesInFile, outputNames);
        for (int i = 0; i < call.Output.Count; i++)
        {
            if (call.Output[i].Length > 0)
                scope.Define(call.Output[i], body.Find(function.Output[i]));
        }

        _callDepth--;
    }

    private Dictionary<string, object> ReadArguments(NodeProto call, FunctionProto function, GraphBuilder builder, ImportScope scope)
    {
        Dictionary<string, object> arguments = new(StringComparer.Ordinal);
        foreach (AttributeProto attribute in function.AttributeProto)
            arguments[attribute.Name] = _attributes.Read(attribute);
        foreach (AttributeProto attribute in call.Attribute)
        {
            if (ReadAttribute(attribute, builder, scope) is { } value)
                arguments[attribute.Name] = value;
        }

        return arguments;
    }

    private static void AddOutput(GraphBuilder builder, Value value, string name)
    {
        // A nested graph gives back what it computes or holds itself.
        if (builder.Graph.FindValue(value.Name) != value)
            value = builder.Node("Identity", [value], outputName: FreeName(builder, name));
        builder.Output(value, builder.Graph.FindValue(name) is { } taken && taken != value ? null : name);
    }

    private static string OutputName(NodeProto node, int index) =>
        index < node.Output.Count && node.Output[index].Length > 0
            ? node.Output[index]
            : throw new ModelFormatException(node.Name, node.OpType, "the node has no output.");

    private static string ValueName(string name, ImportScope scope, IReadOnlyDictionary<string, string>? outputNames) =>
        outputNames?.GetValueOrDefault(name) ?? scope.Prefix + name;

    private static string FreeName(GraphBuilder builder, string wanted) =>
        builder.Graph.FindValue(wanted) is null ? wanted : builder.UniqueName(wanted);

    private static void CheckName(string name, string what)
    {
        if (name.Length == 0)
            throw new ModelFormatException($"{what} has no name.");
    }
}
