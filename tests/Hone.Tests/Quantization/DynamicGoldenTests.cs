using System.Text.Json;
using Hone.Graphs;
using Hone.Quantization;
using Hone.Quantization.Dynamic;
using Hone.Tensors;

namespace Hone.Tests.Quantization;

/// <summary>Dynamic quantization against PyTorch's <c>quantize_dynamic</c>: one scale for each weight, activations by the kernels' formula.</summary>
public class DynamicGoldenTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Linear_WeightsAndOutputs_AreThoseOfPyTorch(int index)
    {
        JsonElement golden = GoldenFile.Load("dynamic.json")[index];
        (int inputs, int outputs) = (golden.GetProperty("in").GetInt32(), golden.GetProperty("out").GetInt32());
        using Tensor weight = Tensor.Create(golden.Floats("weight"), outputs, inputs);
        float[] bias = golden.GetProperty("bias").ValueKind == JsonValueKind.Null ? new float[outputs] : golden.Floats("bias");
        DynamicLinear linear = new(weight, bias);
        Assert.Equal((float)golden.GetProperty("weight_scale").GetDouble(), linear.WeightScale);
        Assert.Equal(golden.Integers("weight_int8"), linear.WeightCodes);
        AssertClose(golden.Floats("y"), linear.Apply(golden.GetProperty("x").ToTensor().ToSingleArray()), 1e-5f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Linear_AsOnnxGraph_StaysWithinAStepOfPyTorch(int index)
    {
        JsonElement golden = GoldenFile.Load("dynamic.json")[index];
        (int inputs, int outputs) = (golden.GetProperty("in").GetInt32(), golden.GetProperty("out").GetInt32());
        GraphBuilder builder = new("linear");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("N"), inputs));
        Value w = builder.Constant("w", Tensor.Create(golden.Floats("weight"), outputs, inputs));
        Value? b = golden.GetProperty("bias").ValueKind == JsonValueKind.Null ? null : builder.Constant("b", Tensor.Vector<float>(golden.Floats("bias")));
        builder.Output(builder.Node("Gemm", b is null ? [x, w] : [x, w, b], AttributeMap.Of(("transB", 1)), "y"));
        Graph graph = builder.Build();
        DynamicQuantizer.Quantize(graph, new DynamicQuantizationConfig { IsPerChannel = false });
        Tensor input = golden.GetProperty("x").ToTensor();
        float step = (input.ToSingleArray().Max() - input.ToSingleArray().Min()) / 255;
        float largestWeight = golden.Floats("weight").Max(MathF.Abs);
        float[] y = ConvolutionalNetwork.Run(graph, new Dictionary<string, Tensor> { ["x"] = input });
        AssertClose(golden.Floats("y"), y, 2 * step * largestWeight);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Lstm_Outputs_AreThoseOfPyTorch(int index)
    {
        JsonElement golden = GoldenFile.Load("dynamic.json")[index];
        int layers = golden.GetProperty("layers").GetInt32();
        string[] directions = golden.GetProperty("bidirectional").GetBoolean() ? ["", "_reverse"] : [""];
        Tensor x = golden.GetProperty("x").ToTensor();
        (int steps, int batch) = ((int)x.Shape[0], (int)x.Shape[1]);
        float[][] sequence = Split(x.ToSingleArray(), steps);
        List<float> h = [];
        List<float> c = [];
        for (int layer = 0; layer < layers; layer++)
        {
            float[][][] outputs = new float[directions.Length][][];
            for (int d = 0; d < directions.Length; d++)
            {
                DynamicLstm lstm = new(golden.GetProperty("state"), $"_l{layer}{directions[d]}");
                (outputs[d], float[] hidden, float[] cell) = lstm.Run(sequence, batch, isReversed: d == 1);
                h.AddRange(hidden);
                c.AddRange(cell);
            }

            sequence = [.. Enumerable.Range(0, steps).Select(t => Interleave([.. outputs.Select(o => o[t])], batch))];
        }

        AssertClose(golden.Floats("y"), [.. sequence.SelectMany(s => s)], 1e-5f);
        AssertClose(golden.Floats("h"), [.. h], 1e-5f);
        AssertClose(golden.Floats("c"), [.. c], 1e-5f);
    }

    private static float[][] Split(float[] elements, int parts) => [.. elements.Chunk(elements.Length / parts)];

    /// <summary>Puts the directions' features of each batch entry side by side.</summary>
    private static float[] Interleave(float[][] directions, int batch) =>
        [.. Enumerable.Range(0, batch).SelectMany(b => directions.SelectMany(d => Split(d, batch)[b]))];

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, tolerance));
    }
}
