using System.Runtime.InteropServices;
using Hone.Graphs;
using Hone.Onnx;
using Hone.Quantization;
using Hone.Quantization.WeightOnly;
using Hone.Tensors;

namespace Hone.Bench.Products;

/// <summary>Writes the stack of a case as <c>com.microsoft.MatMulNBits</c>, and its input.</summary>
internal static class ProductModel
{
    /// <summary>Makes what is missing in the folder.</summary>
    internal static (string Model, string Input) Create(ProductCase @case, string folder)
    {
        Directory.CreateDirectory(folder);
        string model = Path.Combine(folder, @case.FileName), input = Path.Combine(folder, $"rows-{@case.Rows}x{@case.Depth}.bin");
        if (!File.Exists(input))
            File.WriteAllBytes(input, MemoryMarshal.AsBytes<float>(Numbers(new Random(@case.Rows), @case.Rows * @case.Depth)).ToArray());
        if (!File.Exists(model))
        {
            Graph graph = Stack(@case);
            WeightOnlyQuantizer.Quantize(graph, WeightOnlyQuantizationConfig.Int4 with { Format = WeightOnlyFormat.MatMulNBits, AllowsInt8Activations = @case.IsInt8, RoundsScalesToHalf = true });
            OnnxWriter.Save(new Model(graph), model);
        }

        return (model, input);
    }

    /// <summary>The weights of one matrix, [columns, depth].</summary>
    internal static float[] Rows(ProductCase @case, int index)
    {
        (int depth, int columns) = @case.Shape(index);
        float factor = MathF.Sqrt(12f / depth);
        return Array.ConvertAll(Numbers(new Random(index), depth * columns), v => v * factor);
    }

    private static Graph Stack(ProductCase @case)
    {
        GraphBuilder builder = new("products");
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(Dimension.Symbolic("rows"), @case.Depth));
        for (int i = 0; i < @case.Matrices; i++)
        {
            (int depth, int columns) = @case.Shape(i);
            Value w = builder.Constant($"w{i}", Tensor.Create(Rows(@case, i), columns, depth));
            x = builder.Node("Gemm", [x, w], AttributeMap.Of(("transB", 1L)));
        }

        builder.Output(x, "y");
        return builder.Build();
    }

    private static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
            numbers[i] = random.NextSingle() - 0.5f;
        return numbers;
    }
}
