using Hone.Evaluation;
using Hone.Graphs;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Conformance;

/// <summary>Every official operator case on every engine.</summary>
public class OnnxConformanceTests
{
    /// <summary>What the official runner allows.</summary>
    private const double Relative = 1e-3;

    private const double Absolute = 1e-5;

    private const double HalfPrecision = 1e-2;

    private const string NoCases = "(no cases)";

    private static readonly Dictionary<string, SkipList> s_skips = Engines.All.Keys.ToDictionary(e => e, SkipList.Of);

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string engine in Engines.All.Keys)
            {
                foreach (string name in OnnxCases.All.Keys.DefaultIfEmpty(NoCases))
                    data.Add(engine, name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_GivesTheOfficialOutputs(string engine, string name)
    {
        Assert.SkipWhen(name == NoCases, $"The official ONNX cases are absent: install libonnx-testdata, or let {OnnxCases.Variable} name their folder or .tar.gz.");
        string? skipReason = s_skips[engine].ReasonOf(name);
        try
        {
            Run(OnnxCases.All[name], Engines.All[engine]);
        }
        catch (Exception) when (skipReason is not null)
        {
            Assert.Skip(skipReason);
        }

        bool mayPass = skipReason?.StartsWith("random:", StringComparison.Ordinal) == true || skipReason?.StartsWith("old data:", StringComparison.Ordinal) == true;
        Assert.True(skipReason is null || mayPass, $"{name} passes; take it out of Skips/{engine}.txt, which says: {skipReason}");
    }

    private static void Run(OnnxCase officialCase, IGraphEngine engine)
    {
        Graph graph = officialCase.LoadModel().Graph;
        using IGraphRunner runner = engine.Prepare(graph, graph.Outputs);
        bool ranAny = false;
        foreach ((IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> expected) in officialCase.LoadDataSets())
        {
            Dictionary<string, Tensor> feeds = graph.Inputs.Zip(inputs).ToDictionary(p => p.First.Name, p => AsStored(p.Second, p.First.DataType));
            IReadOnlyList<Tensor> actual = runner.Run(feeds, TestContext.Current.CancellationToken);
            Assert.Equal(expected.Count, actual.Count);
            for (int i = 0; i < expected.Count; i++)
            {
                bool isHalf = actual[i].DataType is DataType.Float16 or DataType.BFloat16;
                TensorAssert.Close(AsStored(expected[i], actual[i].DataType), actual[i], isHalf ? HalfPrecision : Relative, isHalf ? HalfPrecision : Absolute, graph.Outputs[i].Name);
            }

            ranAny = true;
        }

        Assert.True(ranAny, "The case has no data.");
    }

    /// <summary>Before NumPy had the type, bfloat16 was stored as the uint16 of its bits.</summary>
    private static Tensor AsStored(Tensor tensor, DataType wanted) =>
        wanted == DataType.BFloat16 && tensor.DataType == DataType.UInt16 ? Tensor.FromBytes(DataType.BFloat16, tensor.Shape, tensor.Bytes) : tensor;
}
