using System.Reflection;
using Hone.Evaluation;
using Hone.Graphs;
using Hone.TestKit;
using Hone.Torch.Lowering;
using Hone.Torch.Tests.Capture;
using TorchSharp;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;

namespace Hone.Torch.Tests.Lowering;

/// <summary>Every line of the table of lowerings against TorchSharp, at the example's batch size and at another one.</summary>
public sealed class OperationTests
{
    private static readonly OperationCase[] s_cases =
        [.. ElementwiseCases.All, .. ShapeCases.All, .. ReductionCases.All, .. LayerCases.All];

    public static TheoryData<string> Names => [.. s_cases.Select(c => c.Function)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_GivesTorchSharpsResult(string name)
    {
        OperationCase operation = Array.Find(s_cases, c => c.Function == name)!;
        random.manual_seed(7);
        using DisposeScope scope = NewDisposeScope();
        Tensor[] inputs = operation.Inputs();
        using OperationModule module = new(operation.Run);
        Model model = module.Capture([inputs]);
        GraphChecker.Check(model.Graph);
        Compare(module, model, inputs);
        Compare(module, model, [.. inputs.Select(i => CaptureAssert.Resize(i, inputs[0], 5))]);
    }

    [Fact]
    public void Table_HasACaseForEveryFunction()
    {
        IEnumerable<string> tested = s_cases.SelectMany(c => c.Function.Split(' ')[0].Split('/'));
        Assert.Empty(LoweringTable.Standard.Functions.Except(tested));
    }

    [Fact]
    public void Table_NamesMethodsThatTorchSharpHas()
    {
        HashSet<string> methods = [.. typeof(torch).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)).Select(m => m.Name.Length > 1 ? m.Name.TrimEnd('_') : m.Name)];
        Assert.Empty(LoweringTable.Standard.Functions.Where(f => !methods.Contains(f)));
    }

    private static void Compare(OperationModule module, Model model, Tensor[] inputs)
    {
        Tensor[] expected = module.call([.. inputs.Select(i => i.clone())]);
        Dictionary<string, HoneTensor> feeds = model.Graph.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second.ToHone());
        using IGraphRunner runner = new ReferenceEngine().Prepare(model.Graph, model.Graph.Outputs);
        IReadOnlyList<HoneTensor> actual = runner.Run(feeds);
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
            TensorAssert.Close(expected[i].ToHone(), actual[i], relative: 1e-4, absolute: 2e-5, name: model.Graph.Outputs[i].Name);
    }
}
