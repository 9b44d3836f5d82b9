using Hone.Graphs;
using Hone.Passes;
using Hone.Quantization;
using Hone.Quantization.Static;
using Hone.Rewriting;

namespace Hone.Torch.Qat;

/// <summary>Which values and weights of a model are rounded in training, and how the trained model is converted.</summary>
/// <remarks>
/// The plan of static quantization is made on the optimized graph, and found again by the names of values, which optimizing keeps: in the training
/// graph, where batch normalizations still stand, and once more at conversion.
/// </remarks>
internal sealed class QatPlan
{
    private readonly Model _float;
    private readonly StaticQuantizationConfig _config;

    /// <summary>Keys of the weights' fake quantizations, by the output of the node that reads the weight.</summary>
    private readonly Dictionary<string, string> _weightKeys = new(StringComparer.Ordinal);

    /// <summary>Keys of the activations' fake quantizations, by the key of their group.</summary>
    private readonly Dictionary<string, string> _activationKeys = new(StringComparer.Ordinal);

    private readonly List<FakeQuantizePlacement> _fakeQuantizes = [];

    private QatPlan(Model source, QatOptions options)
    {
        _config = options.ToStaticConfig();
        _float = new Model(source.Graph.Copy(), source.Metadata);
        // Linear layers written as two nodes are one for quantization, so they must be one in training.
        new PassPipeline(new FormGemm()).Run(_float.Graph);
        QuantizationPlan plan = Annotator.Annotate(_float.Optimize().Graph, _config);
        Graph training = _float.Graph.Copy();
        foreach (WeightPlacement weight in plan.Weights)
            RoundWeight(training, weight, options);
        foreach (ActivationPlacement activation in plan.Activations)
            RoundActivations(training, activation, options);
        TrainingModel = new Model(training, source.Metadata);
    }

    /// <value>The graph to train, with the operators of <see cref="QatOperators"/> in it.</value>
    internal Model TrainingModel { get; }

    internal IReadOnlyList<FakeQuantizePlacement> FakeQuantizes => _fakeQuantizes;

    internal static QatPlan Create(Model model, QatOptions options) => new(model, options);

    /// <summary>The quantized model of trained weights and ranges.</summary>
    /// <param name="trained">Its constants are the trained weights.</param>
    /// <param name="parameters">What training has settled on, by key and by the name of the tensor, which errors show.</param>
    internal Model Convert(Model trained, Func<string, string, QuantizationParameters> parameters)
    {
        Model optimized = WithConstantsOf(trained).Optimize();
        QuantizationPlan plan = Annotator.Annotate(optimized.Graph, _config);
        Dictionary<string, QuantizationParameters> activations = plan.Activations.ToDictionary(
            a => a.Key,
            a => parameters(_activationKeys[a.Key], a.Key));
        Dictionary<string, QuantizationParameters> weights = [];
        foreach (WeightPlacement weight in plan.Weights)
        {
            if (_weightKeys.TryGetValue(weight.Node.Output.Name, out string? key))
                weights[weight.Weight.Name] = parameters(key, weight.Weight.Name);
        }

        Converter.Convert(plan, _config, activations, weights);
        return optimized;
    }

    private Model WithConstantsOf(Model trained)
    {
        Graph graph = _float.Graph.Copy();
        GraphPatch patch = new(graph, "take over trained weights");
        foreach (Value constant in graph.Constants)
        {
            if (trained.Graph.FindValue(constant.Name) is { Constant: { } tensor })
                patch.ReplaceConstant(constant, tensor);
        }

        patch.Apply();
        return new Model(graph, _float.Metadata);
    }

    private void RoundWeight(Graph training, WeightPlacement placement, QatOptions options)
    {
        string output = placement.Node.Output.Name;
        if (training.FindValue(output)?.Producer is not { } node)
            return;
        GraphPatch patch = new(training, "round a weight", QatOperators.Table);
        if (node.Is("BatchNormalization") && node.Input(0)?.Producer is { } conv && conv.Is("Conv") && training.UseCount(conv.Output) == 1)
        {
            string key = AddWeight(output, conv.Input(1)!, 0, options);
            AttributeMap attributes = new(conv.Attributes.Concat(node.Attributes).Append(new(QatOperators.KeyAttribute, key)));
            Value?[] inputs = [conv.Input(0), conv.Input(1), conv.Input(2), node.Input(1), node.Input(2), node.Input(3), node.Input(4)];
            patch.Replace(node.Output, patch.Node(ConvBatchNormOperator.OperatorName, inputs, attributes, node.Name, QatOperators.Domain));
        }
        else if (node.Operator == placement.Node.Operator && node.Input(1) is { IsConstant: true } weight)
        {
            string key = AddWeight(output, weight, placement.ChannelAxis, options);
            patch.ReplaceInput(node, 1, Round(patch, weight, key));
        }

        patch.Apply();
    }

    private string AddWeight(string output, Value weight, int? axis, QatOptions options)
    {
        string key = UniqueKey($"{weight.Name}_fake_quantize");
        int? channelAxis = options.Weight.ChannelAxis is null ? null : axis;
        _fakeQuantizes.Add(new FakeQuantizePlacement(key, options.Weight with { ChannelAxis = channelAxis }, channelAxis is { } a ? weight.Shape![a].Value : 1));
        _weightKeys.Add(output, key);
        return key;
    }

    private void RoundActivations(Graph training, ActivationPlacement placement, QatOptions options)
    {
        string key = UniqueKey($"{placement.Key}_fake_quantize");
        _fakeQuantizes.Add(new FakeQuantizePlacement(key, options.Activation, 1));
        _activationKeys.Add(placement.Key, key);
        GraphPatch patch = new(training, "round activations", QatOperators.Table);
        foreach (Value member in placement.Members)
        {
            if (training.FindValue(member.Name) is { } value)
                patch.Replace(value, Round(patch, value, key));
        }

        patch.Apply();
    }

    private static Value Round(GraphPatch patch, Value value, string key) =>
        patch.Node(FakeQuantizeOperator.OperatorName, [value], AttributeMap.Of((QatOperators.KeyAttribute, key)), $"{value.Name}_rounded", QatOperators.Domain);

    /// <summary>Names of modules have no dots.</summary>
    private string UniqueKey(string wanted)
    {
        string name = new([.. wanted.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
        string key = name;
        for (int i = 1; _fakeQuantizes.Any(f => f.Key == key); i++)
            key = $"{name}_{i}";
        return key;
    }
}
