namespace Hone.Bench.Products;

/// <summary>Products of some rows with a stack of matrices in blocks, too large together for the caches.</summary>
/// <param name="Columns">Columns of each product; an even stack leads back to <paramref name="Depth"/>.</param>
/// <param name="Depth">Elements that are summed over.</param>
/// <param name="Matrices">How many there are.</param>
/// <param name="Rows">Rows of activations.</param>
/// <param name="IsInt8">Whether engines may round activations to 8 bits (accuracy level 4).</param>
internal sealed record ProductCase(int Columns, int Depth, int Matrices, int Rows, bool IsInt8)
{
    internal const int BlockSize = 32;

    private static readonly int[] s_rows = [1, 512];
    private static readonly bool[] s_accuracies = [false, true];

    internal string Name => $"{Columns}x{Depth}, {Rows} {(Rows == 1 ? "row" : "rows")}, {(IsInt8 ? "int8" : "exact")}";

    internal string FileName => $"nbits-{Columns}x{Depth}x{Matrices}-{(IsInt8 ? "int8" : "exact")}.onnx";

    /// <value>Codes of 4 bits and fp16 scales: the least that has to be read.</value>
    internal double LeastBytes => (double)Matrices * Columns * Depth * (0.5 + (2.0 / BlockSize));

    internal double Operations => 2.0 * Matrices * Columns * Depth * Rows;

    /// <summary>Sizes of one matrix: every second one leads back, so that one feeds the next.</summary>
    internal (int Depth, int Columns) Shape(int index) => index % 2 == 0 ? (Depth, Columns) : (Columns, Depth);

    internal static IEnumerable<ProductCase> All =>
        from shape in new[] { (Columns: 4096, Depth: 4096, Matrices: 8), (Columns: 11008, Depth: 4096, Matrices: 4) }
        from rows in s_rows
        from isInt8 in s_accuracies
        select new ProductCase(shape.Columns, shape.Depth, shape.Matrices, rows, isInt8);
}
