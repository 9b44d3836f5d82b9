using Hone.Graphs;
using Hone.Onnx.Protobuf;
using Hone.Operators;

namespace Hone.Onnx.Import;

/// <summary>Turns a parsed file into a <see cref="Model"/>.</summary>
internal static class ModelImporter
{
    internal static Model Import(ModelProto proto, OnnxReadOptions options)
    {
        if (proto.Graph is null)
            throw new ModelFormatException("This is not an ONNX model: it has no graph.");
        if (proto.IrVersion < OnnxFormat.OldestIrVersion)
            throw new ModelFormatException($"The IR version is {proto.IrVersion}; Hone reads {OnnxFormat.OldestIrVersion} and up.");
        Opsets opsets = Opsets.Read(proto.OpsetImport);
        OperatorTable operators = options.Operators ?? OperatorTable.Standard;
        FunctionLibrary functions = new(proto.Functions);
        ModelSurvey.Check(proto.Graph, opsets, functions, operators);

        using ExternalData externalData = new(options.ExternalDataDirectory);
        TensorImporter tensors = new(externalData);
        GraphImporter importer = new(operators, functions, tensors);
        Graph graph = importer.ImportMainGraph(proto.Graph, opsets);
        GraphChecker.Check(graph);
        return new Model(graph, ReadMetadata(proto));
    }

    private static ModelMetadata ReadMetadata(ModelProto proto)
    {
        Dictionary<string, string> properties = new(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in proto.MetadataProps)
            properties[entry.Key] = entry.Value;
        return new ModelMetadata
        {
            ProducerName = proto.ProducerName,
            ProducerVersion = proto.ProducerVersion,
            Domain = proto.Domain,
            ModelVersion = proto.ModelVersion,
            Description = proto.DocString,
            Properties = properties,
        };
    }
}
