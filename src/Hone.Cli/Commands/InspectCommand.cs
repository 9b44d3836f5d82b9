using System.CommandLine;
using System.Text.Json.Nodes;
using Hone.Graphs;
using Hone.Report.Export;
using Hone.Runtime;
using Hone.Tensors;

namespace Hone.Cli.Commands;

/// <summary><c>hone inspect</c>: what a model is made of.</summary>
internal static class InspectCommand
{
    internal static Command Create(ToolContext context)
    {
        Argument<string> path = CommonOptions.ModelArgument();
        Option<bool> graph = new("--graph") { Description = "Shows every node." };
        Option<bool> compiled = new("--compiled") { Description = "Shows the plan for this machine: kernels, memory, where each node went." };
        Option<bool> tokens = new("--remove-padding") { Description = "With --compiled: works on real tokens only, or says why it cannot." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("inspect", "Shows inputs, outputs, operators and weights of a model.\n\nExample: hone inspect model.onnx --compiled") { path, graph, compiled, tokens, json };
        command.SetAction((result, cancellationToken) => Task.Run(() =>
        {
            Model model = Model.Load(result.GetValue(path)!);
            if (result.GetValue(json))
                context.WriteJson(ToJson(model));
            else if (result.GetValue(graph))
                context.Output.Write(model.Graph.ToString());
            else if (result.GetValue(compiled))
                context.Output.Write(Plan(model, result.GetValue(tokens)));
            else
                WriteSummary(context, model);
            return ExitCode.Success;
        }, cancellationToken));
        return command;
    }

    private static void WriteSummary(ToolContext context, Model model)
    {
        foreach (Value input in model.Graph.Inputs)
            context.Output.WriteLine($"input   {input}");
        foreach (Value output in model.Graph.Outputs)
            context.Output.WriteLine($"output  {output}");
        context.Output.WriteLine($"weights {Units.Bytes(model.Graph.ConstantByteCount())} in {model.Graph.Constants.Count()} tensors");
        context.WriteTable(new ReportTable("Operators", ["operator", "nodes"], [.. Operators(model).Select(o => new[] { o.Name, o.Count.ToString() })]));
    }

    private static string Plan(Model model, bool removesPadding)
    {
        using CompiledModel compiled = model.Compile(new CompileOptions { RemovesPadding = removesPadding });
        Dictionary<string, long> sizes = new(StringComparer.Ordinal);
        TensorShape[] shapes = [.. model.Graph.Inputs.Select(i => new TensorShape([.. (i.Shape ?? SymbolicShape.Scalar).Select((d, axis) => d.IsFixed ? d.Value : Size(d, axis))]))];
        return compiled.Describe(shapes);

        // One sequence of one token would hide what several tokens have to do with each other.
        long Size(Dimension dimension, int axis)
        {
            string key = dimension.IsUnknown ? $"axis {axis}" : dimension.ToString();
            if (!sizes.TryGetValue(key, out long size))
                sizes.Add(key, size = removesPadding ? sizes.Count + 2 : 1);
            return size;
        }
    }

    private static JsonObject ToJson(Model model) => new()
    {
        ["producer"] = model.Metadata.ProducerName,
        ["inputs"] = new JsonArray([.. model.Graph.Inputs.Select(i => (JsonNode)i.ToString())]),
        ["outputs"] = new JsonArray([.. model.Graph.Outputs.Select(o => (JsonNode)o.ToString())]),
        ["weightBytes"] = model.Graph.ConstantByteCount(),
        ["operators"] = new JsonObject(Operators(model).Select(o => KeyValuePair.Create(o.Name, (JsonNode?)o.Count))),
    };

    private static IEnumerable<(string Name, int Count)> Operators(Model model) =>
        model.Graph.Nodes.GroupBy(n => n.Operator.ToString()).Select(g => (g.Key, g.Count())).OrderByDescending(o => o.Item2).ThenBy(o => o.Key, StringComparer.Ordinal);
}
