using System.Runtime.InteropServices;
using Hone.Bench.Models;
using Hone.Graphs;
using Hone.Onnx;
using Hone.Tensors;

namespace Hone.Bench.Operators;

/// <summary>Single operators at sizes that networks have, written as models of one node.</summary>
internal static class OperatorCases
{
    private static readonly (string Name, Func<GraphBuilder, Value> Build, double Operations)[] s_cases =
    [
        Gemm(1, 1024, 1024), Gemm(128, 768, 768), Gemm(128, 3072, 768), Gemm(512, 512, 512),
        Conv(64, 64, 3, 1, 56), Conv(128, 128, 3, 1, 28), Conv(256, 256, 3, 1, 14), Conv(512, 512, 3, 1, 7), Conv(64, 128, 3, 2, 56),
        Conv(256, 64, 1, 1, 56), Conv(512, 2048, 1, 1, 7), Conv(3, 64, 7, 2, 224), Conv(96, 96, 3, 1, 56, groups: 96), Conv(384, 384, 5, 1, 14, groups: 384),
        Function("Relu", [1, 64, 112, 112]), Function("Sigmoid", [1, 64, 112, 112]), Function("Tanh", [128, 3072]), Function("Gelu", [128, 3072]),
        Function("Softmax", [12, 128, 128]), Function("Softmax", [1, 32000]),
        ("layernorm-128x768", b => b.Node("LayerNormalization", [Input(b, 128, 768), Weights(b, 768), Weights(b, 768)], AttributeMap.Of(("axis", -1L))), 8.0 * 128 * 768),
        ("add-1x64x56x56", b => b.Node("Add", [Input(b, 1, 64, 56, 56), Weights(b, 1, 64, 1, 1)]), 64 * 56 * 56),
        ("maxpool3x3s2-1x64x112x112", b => b.Node("MaxPool", [Input(b, 1, 64, 112, 112)], AttributeMap.Of(("kernel_shape", new[] { 3L, 3 }), ("strides", new[] { 2L, 2 }), ("pads", new[] { 1L, 1, 1, 1 }))), 9 * 64 * 56 * 56),
        ("transpose-1x128x12x64", b => b.Node("Transpose", [Input(b, 1, 128, 12, 64)], AttributeMap.Of(("perm", new[] { 0L, 2, 1, 3 }))), 128 * 12 * 64),
        ("reducemean-1x512x28x28", b => b.Node("ReduceMean", [Input(b, 1, 512, 28, 28), b.Constant("axes", Tensor.Vector<long>(1))]), 512 * 28 * 28),
    ];

    internal static IEnumerable<string> Names => s_cases.Select(c => c.Name);

    /// <summary>Writes the models and inputs that are missing.</summary>
    internal static IEnumerable<ModelCase> Prepare(string folder, IReadOnlyCollection<string> wanted)
    {
        folder = Path.Combine(folder, "operators");
        Directory.CreateDirectory(folder);
        foreach ((string name, Func<GraphBuilder, Value> build, double operations) in s_cases.Where(c => wanted.Contains(c.Name)))
        {
            string model = Path.Combine(folder, $"{name}.onnx"), input = Path.Combine(folder, $"{name}.input.bin");
            GraphBuilder builder = new(name);
            builder.Output(build(builder));
            Graph graph = builder.Build();
            long[] shape = [.. graph.Inputs[0].Shape!.ToTensorShape()!];
            OnnxWriter.Save(new Model(graph), model);
            File.WriteAllBytes(input, MemoryMarshal.AsBytes<float>(Numbers(shape, 1)).ToArray());
            yield return new ModelCase(name, "fp32", operations, model, model, input, shape, null);
        }
    }

    private static (string, Func<GraphBuilder, Value>, double) Gemm(long rows, long columns, long depth) =>
        ($"gemm-{rows}x{columns}x{depth}", b => b.Node("MatMul", [Input(b, rows, depth), Weights(b, depth, columns)]), 2.0 * rows * columns * depth);

    private static (string, Func<GraphBuilder, Value>, double) Conv(long inputs, long outputs, long kernel, long stride, long size, long groups = 1)
    {
        long pad = kernel / 2, outputSize = ((size + (2 * pad) - kernel) / stride) + 1;
        AttributeMap attributes = AttributeMap.Of(("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { stride, stride }), ("group", groups));
        return (
            $"conv{kernel}x{kernel}s{stride}{(groups > 1 ? "dw" : "")}-{inputs}to{outputs}-{size}x{size}",
            b => b.Node("Conv", [Input(b, 1, inputs, size, size), Weights(b, outputs, inputs / groups, kernel, kernel), Weights(b, outputs)], attributes),
            2.0 * outputs * outputSize * outputSize * (inputs / groups) * kernel * kernel);
    }

    private static (string, Func<GraphBuilder, Value>, double) Function(string name, long[] shape) =>
        ($"{name.ToLowerInvariant()}-{string.Join('x', shape)}", b => b.Node(name, [Input(b, shape)]), shape.Aggregate(1.0, (product, d) => product * d));

    private static Value Input(GraphBuilder builder, params long[] shape) => builder.Input("x", DataType.Float32, new SymbolicShape(new TensorShape(shape)));

    private static Value Weights(GraphBuilder builder, params long[] shape)
    {
        double fan = shape.Length == 1 ? 1 : Math.Sqrt(shape.Length == 2 ? shape[0] : shape.Skip(1).Aggregate(1.0, (product, d) => product * d));
        return builder.Constant(builder.UniqueName("w"), Tensor.Create(Array.ConvertAll(Numbers(shape, 2), n => (float)(n / fan)), shape));
    }

    private static float[] Numbers(long[] shape, int seed)
    {
        Random random = new(seed);
        float[] numbers = new float[shape.Aggregate(1L, (product, d) => product * d)];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = (float)((random.NextDouble() * 2) - 1);
        return numbers;
    }
}
