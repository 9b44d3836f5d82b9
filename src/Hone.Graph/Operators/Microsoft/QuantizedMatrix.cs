using Hone.Numerics;
using Hone.Operators.Quantization;
using Hone.Tensors;

namespace Hone.Operators.Microsoft;

/// <summary>The codes of a weight matrix with their zero points subtracted, and a scale for each column.</summary>
internal sealed class QuantizedMatrix
{
    private readonly int[] _codes;
    private readonly float[] _scales;

    private QuantizedMatrix(int[] codes, float[] scales, int rows)
    {
        _codes = codes;
        _scales = scales;
        Rows = rows;
    }

    /// <value>Rows of the matrix.</value>
    public int Rows { get; }

    /// <summary>Reads the matrix <c>[rows, columns]</c> of one direction.</summary>
    /// <param name="context">The node's inputs.</param>
    /// <param name="codes">Index of the codes <c>[directions, rows, columns]</c>.</param>
    /// <param name="scale">Index of the scale, <c>[directions]</c> or <c>[directions, columns]</c>.</param>
    /// <param name="zeroPoint">Index of the zero point, of the scale's shape.</param>
    /// <param name="direction">Which direction.</param>
    /// <param name="directions">Number of directions.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    public static QuantizedMatrix Read(EvaluationContext context, int codes, int scale, int zeroPoint, int direction, int directions, int rows, int columns)
    {
        ReadOnlySpan<float> scales = TensorConversion.Widen<float>(context.Input(scale));
        ReadOnlySpan<int> zeroPoints = TensorConversion.Widen<int>(context.Input(zeroPoint));
        bool perColumn = scales.Length == directions * columns && columns > 1;
        if ((!perColumn && scales.Length != directions) || zeroPoints.Length != scales.Length)
            throw context.Error($"a scale {context.Input(scale)} and a zero point {context.Input(zeroPoint)} do not fit {directions} x {columns} columns.");
        int[] centered = TensorConversion.Widen<int>(context.Input(codes)).Slice(direction * rows * columns, rows * columns).ToArray();
        float[] columnScales = new float[columns];
        for (int column = 0; column < columns; column++)
        {
            int parameter = perColumn ? direction * columns + column : direction;
            columnScales[column] = scales[parameter];
            for (int row = 0; row < rows; row++)
                centered[row * columns + column] -= zeroPoints[parameter];
        }

        return new QuantizedMatrix(centered, columnScales, rows);
    }

    /// <summary>Adds a product of quantized rows with the matrix.</summary>
    /// <param name="rows"><c>[count, rows of the matrix]</c>, quantized together.</param>
    /// <param name="sums"><c>[count, columns]</c>.</param>
    public void AddProduct(ReadOnlySpan<float> rows, Span<double> sums)
    {
        byte[] codes = DynamicQuantization.Quantize(rows, out float scale, out byte zeroPoint);
        AddProduct(Array.ConvertAll(codes, code => code - zeroPoint), scale, sums);
    }

    /// <summary>Adds a product of codes, zero point subtracted, with the matrix.</summary>
    public void AddProduct(ReadOnlySpan<int> codes, float scale, Span<double> sums)
    {
        int columns = _scales.Length;
        int[] products = new int[sums.Length];
        MatrixProduct.Add(codes, _codes, products, sums.Length / columns, Rows, columns);
        for (int i = 0; i < products.Length; i++)
            sums[i] += products[i] * (scale * _scales[i % columns]);
    }
}
