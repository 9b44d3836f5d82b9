using Hone.Onnx.Protobuf;
using Hone.Onnx.Upgrade;
using Hone.Operators;

namespace Hone.Onnx.Import;

/// <summary>Looks through a whole model for what Hone lacks, before anything is built, so that the user sees the full list at once.</summary>
internal sealed class ModelSurvey
{
    private readonly FunctionLibrary _functions;
    private readonly OperatorTable _operators;
    private readonly Dictionary<(string Subject, string Reason), List<string>> _missing = [];
    private readonly HashSet<FunctionProto> _seenFunctions = [];

    private ModelSurvey(FunctionLibrary functions, OperatorTable operators)
    {
        _functions = functions;
        _operators = operators;
    }

    /// <exception cref="UnsupportedOperatorException">Something is missing.</exception>
    internal static void Check(GraphProto graph, Opsets opsets, FunctionLibrary functions, OperatorTable operators)
    {
        ModelSurvey survey = new(functions, operators);
        survey.VisitGraph(graph, opsets);
        if (survey._missing.Count > 0)
            throw new UnsupportedOperatorException([.. survey._missing.Select(m => new UnsupportedOperator(m.Key.Subject, m.Key.Reason, m.Value))]);
    }

    private void VisitGraph(GraphProto graph, Opsets opsets)
    {
        foreach (ValueInfoProto info in graph.Input.Concat(graph.Output))
            VisitType(info);
        foreach (TensorProto initializer in graph.Initializer)
            VisitTensor(initializer, initializer.Name);
        foreach (SparseTensorProto initializer in graph.SparseInitializer)
            VisitTensor(initializer.Values, initializer.Values?.Name ?? "");
        VisitNodes(graph.Node, opsets);
    }

    private void VisitNodes(IEnumerable<NodeProto> nodes, Opsets opsets)
    {
        foreach (NodeProto node in nodes)
        {
            VisitOperator(node, opsets);
            foreach (AttributeProto attribute in node.Attribute)
                VisitAttribute(node, attribute, opsets);
        }
    }

    private void VisitOperator(NodeProto node, Opsets opsets)
    {
        if (_functions.Find(node) is { } function)
        {
            if (_seenFunctions.Add(function.Function))
                VisitNodes(function.Function.Node, function.Opsets);
            return;
        }

        string domain = OnnxFormat.NormalizeDomain(node.Domain);
        if (opsets.Find(domain) is not { } version)
        {
            Add(Operator.QualifiedName(domain, node.OpType), "the model does not import the operator set of its domain", node);
            return;
        }

        if (domain.Length == 0 && !EarlyForms.CanRead(node.OpType, version))
        {
            Add(node.OpType, $"its form in opset {version} is not read; opset {OnnxFormat.OldestOpset} and up are", node);
            return;
        }

        if (domain.Length == 0 && node.OpType == "Constant")
            return;
        string name = domain.Length == 0 ? UpgradeTable.NewestName(node.OpType, version) : node.OpType;
        if (_operators.Find(domain, name) is null)
            Add(Operator.QualifiedName(domain, node.OpType), "unknown", node);
    }

    private void VisitAttribute(NodeProto node, AttributeProto attribute, Opsets opsets)
    {
        switch (AttributeImporter.TypeOf(attribute))
        {
            case AttributeProto.Types.AttributeType.Graph when attribute.G is not null:
                VisitGraph(attribute.G, opsets);
                break;
            case AttributeProto.Types.AttributeType.Tensor:
                VisitTensor(attribute.T, NameOf(node));
                break;
            case AttributeProto.Types.AttributeType.SparseTensor:
                VisitTensor(attribute.SparseTensor?.Values, NameOf(node));
                break;
            case AttributeProto.Types.AttributeType.Tensors or AttributeProto.Types.AttributeType.Graphs or AttributeProto.Types.AttributeType.SparseTensors
                or AttributeProto.Types.AttributeType.TypeProto or AttributeProto.Types.AttributeType.TypeProtos:
                Add(Operator.QualifiedName(node.Domain, node.OpType), $"the attribute '{attribute.Name}' is of a kind that Hone does not have", node);
                break;
        }
    }

    private void VisitType(ValueInfoProto info)
    {
        switch (info.Type?.ValueCase)
        {
            case null or TypeProto.ValueOneofCase.None:
                break;
            case TypeProto.ValueOneofCase.TensorType:
                VisitDataType(info.Type.TensorType.ElemType, info.Name);
                break;
            case { } kind:
                Add($"value of {kind}", "Hone's values are dense tensors", info.Name);
                break;
        }
    }

    private void VisitTensor(TensorProto? tensor, string where)
    {
        if (tensor is not null)
            VisitDataType(tensor.DataType, where);
    }

    private void VisitDataType(int number, string where)
    {
        // 0 says that the type is not known, which is wrong in some places but not unsupported.
        if (number != 0 && OnnxFormat.FindDataType(number) is null)
            Add($"tensor of {OnnxFormat.DataTypeName(number)}", "Hone has no such element type", where);
    }

    private void Add(string subject, string reason, NodeProto node) => Add(subject, reason, NameOf(node));

    private void Add(string subject, string reason, string where)
    {
        if (!_missing.TryGetValue((subject, reason), out List<string>? names))
            _missing.Add((subject, reason), names = []);
        names.Add(where);
    }

    private static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : $"producer of '{node.Output.FirstOrDefault()}'";
}
