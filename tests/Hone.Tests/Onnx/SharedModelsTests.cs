using System.Diagnostics;
using Hone.Evaluation;
using Hone.Graphs;
using Hone.Onnx;
using Hone.Passes;
using Hone.TestKit;
using Hone.Tensors;

namespace Hone.Tests.Onnx;

/// <summary>
/// Real models, from the folder that the environment variable HONE_MODELS names or from <c>../shared/models</c> beside the repository: each must give,
/// after import, optimization and export, what the original gives in ONNX Runtime.
/// </summary>
public class SharedModelsTests
{
    private const string Absent = "(no models)";

    /// <summary>Shapes for inputs whose dimensions are not all numbers, where 2 everywhere would not do.</summary>
    private static readonly Dictionary<string, long[]> s_shapes = new()
    {
        ["ch_PP-OCRv4_det_infer/x"] = [1, 3, 64, 96],
        ["ch_PP-OCRv4_rec_infer/x"] = [1, 3, 48, 64],
        ["ch_ppocr_mobile_v2.0_cls_infer/x"] = [1, 3, 48, 192],
        ["mobilenetv2_fp32/image"] = [1, 3, 244, 244],
        ["mobilenetv2_qdq/image"] = [1, 3, 244, 244],
        ["pytorch_super_resolution/input"] = [1, 1, 224, 224],
        ["silero_vad_legacy/input"] = [2, 512],
        ["silero_vad_v5/input"] = [2, 576],
    };

    /// <summary>Rounding decides between neighbouring codes in quantized models, layer after layer (a code of the last one is 0.15); exponentials of box sizes enlarge small differences.</summary>
    private static readonly Dictionary<string, double> s_absolute = new() { ["mobilenetv2_qdq"] = 0.5, ["yolox_nano"] = 1e-3 };

    public static TheoryData<string> Models => [.. Paths().Select(p => Path.GetFileNameWithoutExtension(p)).DefaultIfEmpty(Absent)];

    [Theory]
    [MemberData(nameof(Models))]
    public void OptimizedExport_GivesWhatTheOriginalGives(string name)
    {
        Assert.SkipWhen(name == Absent, "No models: let HONE_MODELS name a folder of .onnx files.");
        string path = Paths().Single(p => Path.GetFileNameWithoutExtension(p) == name);
        Model model = OnnxReader.Load(path);
        Dictionary<string, Tensor> feeds = Feeds(name, model.Graph);
        IReadOnlyList<Tensor> expected = RunOnnxRuntime(new OnnxRuntimeSession(path, optimizes: false), feeds);
        int nodesBefore = model.Graph.Nodes.Count;

        AssertClose(name, "exported", model, expected, RunOnnxRuntime(OnnxRuntimeSession.Of(model, optimizes: false), feeds));
        Graph optimized = model.Graph.Copy();
        Stopwatch watch = Stopwatch.StartNew();
        PortablePipeline.Create().Run(optimized, cancellationToken: TestContext.Current.CancellationToken);
        watch.Stop();
        GraphChecker.Check(optimized);
        string text = optimized.ToString();
        PortablePipeline.Create().Run(optimized, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(text, optimized.ToString());
        Model optimizedModel = new(optimized, model.Metadata);
        AssertClose(name, "optimized", optimizedModel, expected, RunOnnxRuntime(OnnxRuntimeSession.Of(optimizedModel, optimizes: false), feeds));
        using IGraphRunner runner = ReferenceEngine.Instance.Prepare(optimized, optimized.Outputs);
        AssertClose(name, "evaluated", optimizedModel, expected, runner.Run(feeds));
        TestContext.Current.SendDiagnosticMessage("{0}: {1} nodes, {2} optimized in {3} ms", name, nodesBefore, optimized.Nodes.Count, watch.ElapsedMilliseconds);
    }

    private static IReadOnlyList<string> Paths() =>
        Environment.GetEnvironmentVariable("HONE_MODELS") is { Length: > 0 } folder
            ? [.. Directory.EnumerateFiles(folder, "*.onnx").Order(StringComparer.Ordinal)]
            : RepositoryFiles.Shared("models", "*.onnx");

    private static Dictionary<string, Tensor> Feeds(string name, Graph graph)
    {
        Random random = new(1);
        Dictionary<string, Tensor> feeds = [];
        foreach (Value input in graph.Inputs)
        {
            long[] shape = s_shapes.GetValueOrDefault($"{name}/{input.Name}") ?? [.. input.Shape!.Select(d => d.IsFixed ? d.Value : 2)];
            // A sampling rate is no random number.
            feeds.Add(input.Name, input.Name == "sr" ? Tensor.Scalar(16000L) : RandomTensors.Create(random, input.DataType, shape));
        }

        return feeds;
    }

    private static IReadOnlyList<Tensor> RunOnnxRuntime(OnnxRuntimeSession session, Dictionary<string, Tensor> feeds)
    {
        using (session)
            return session.Run(feeds);
    }

    private static void AssertClose(string name, string stage, Model model, IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
            TensorAssert.Close(expected[i], actual[i], 1e-3, s_absolute.GetValueOrDefault(name, 1e-4), $"{name}, {stage}, {model.Graph.Outputs[i].Name}");
    }
}
