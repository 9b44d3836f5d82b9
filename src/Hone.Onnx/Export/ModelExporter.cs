using Hone.Graphs;
using Hone.Onnx.Protobuf;

namespace Hone.Onnx.Export;

/// <summary>Turns a <see cref="Model"/> into the messages of a file.</summary>
internal static class ModelExporter
{
    /// <summary>A message must be smaller than 2 GiB; the rest is left to nodes, names and types.</summary>
    private const long MostBytesInside = int.MaxValue - (64L << 20);

    internal static bool NeedsExternalData(Graph graph) => graph.ConstantByteCount() > MostBytesInside;

    internal static ModelProto Export(Model model, OnnxWriteOptions options, ExternalDataWriter? externalData)
    {
        if (options.MinimumOpset is < 13 or > (int)OnnxFormat.NewestOpset)
            throw new HoneException($"The lowest opset to write is {options.MinimumOpset}, expected 13 to {OnnxFormat.NewestOpset}.");
        long opset = Math.Max(options.MinimumOpset, OpsetRequirement.Of(model.Graph));
        ModelMetadata metadata = model.Metadata;
        ModelProto proto = new()
        {
            IrVersion = OnnxFormat.IrVersion(opset),
            ProducerName = metadata.ProducerName.Length > 0 ? metadata.ProducerName : "hone",
            ProducerVersion = metadata.ProducerVersion,
            Domain = metadata.Domain,
            ModelVersion = metadata.ModelVersion,
            DocString = metadata.Description,
            Graph = new GraphExporter(new TensorExporter(externalData)).Write(model.Graph),
        };
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        foreach (string domain in Domains(model.Graph).Where(d => d.Length > 0).Distinct().Order(StringComparer.Ordinal))
            proto.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        foreach ((string key, string value) in metadata.Properties.OrderBy(p => p.Key, StringComparer.Ordinal))
            proto.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return proto;
    }

    private static IEnumerable<string> Domains(Graph graph) =>
        graph.Nodes.Select(n => n.Operator.Domain).Concat(graph.Nodes.SelectMany(n => n.Subgraphs).SelectMany(Domains));
}
