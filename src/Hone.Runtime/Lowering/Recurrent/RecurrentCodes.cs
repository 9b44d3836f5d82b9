using Hone.Graphs;
using Hone.Runtime.Lowering.Quantization;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Recurrent;

/// <summary>8-bit weights of all directions as signed codes with zero point 0.</summary>
/// <param name="Codes">[directions, rows, width]; a row belongs to a unit of a gate.</param>
/// <param name="Scales">For each direction one scale, or one per row.</param>
/// <param name="Directions">1 or 2.</param>
/// <param name="Rows">Gates times units.</param>
/// <param name="Width">What a row is multiplied with.</param>
internal sealed record RecurrentCodes(sbyte[] Codes, float[] Scales, int Directions, int Rows, int Width)
{
    internal ReadOnlySpan<sbyte> CodesOf(int direction) => Codes.AsSpan(direction * Rows * Width, Rows * Width);

    internal ReadOnlySpan<float> ScalesOf(int direction) => Scales.AsSpan(direction * (Scales.Length / Directions), Scales.Length / Directions);

    /// <summary>Weights [directions, rows, width] behind a constant <c>DequantizeLinear</c> with one scale, or one for each row of all directions.</summary>
    internal static RecurrentCodes? OfRows(Value? value)
    {
        if (QuantizedWeights.Of(value, axis: 1) is not { Shape.Rank: 3 } weights || !IsUsable(weights.Shape, weights.Shape[2]))
            return null;
        int directions = (int)weights.Shape[0];
        float[] scales = [.. Enumerable.Repeat(weights.Scales, directions).SelectMany(s => s)];
        return new RecurrentCodes(weights.ToSigned().ToArray(), scales, directions, (int)weights.Shape[1], (int)weights.Shape[2]);
    }

    /// <summary>Weights [directions, width, rows] of an operator that takes codes, and scale and zero point of each direction or each row.</summary>
    internal static RecurrentCodes? OfColumns(Node node, int codes, int scale)
    {
        if (node.Inputs[codes]!.Constant is not { Shape.Rank: 3 } given || node.Inputs[scale]!.Constant is not { DataType: DataType.Float32 } scales)
            return null;
        if (node.Inputs[scale + 1]!.Constant is not { } zeroPoint || !IsUsable(given.Shape, given.Shape[1]))
            return null;
        (int directions, int width, int rows) = ((int)given.Shape[0], (int)given.Shape[1], (int)given.Shape[2]);
        if (scales.ElementCount != directions && scales.ElementCount != (long)directions * rows)
            return null;
        long[] numbers = given.ToInt64Array();
        long middle = given.DataType == DataType.UInt8 ? 128 : 0;
        if (given.DataType is not (DataType.UInt8 or DataType.Int8) || zeroPoint.ToInt64Array().Any(z => z != middle))
            return null;
        sbyte[] turned = new sbyte[numbers.Length];
        for (int i = 0; i < turned.Length; i++)
        {
            (int place, int row) = Math.DivRem(i, rows);
            (int direction, int column) = Math.DivRem(place, width);
            turned[(((direction * rows) + row) * width) + column] = (sbyte)(numbers[i] - middle);
        }

        return new RecurrentCodes(turned, scales.AsSpan<float>().ToArray(), directions, rows, width);
    }

    private static bool IsUsable(TensorShape shape, long width) => shape.ElementCount is > 0 and <= int.MaxValue && width <= Int8Product.MostProducts;
}
