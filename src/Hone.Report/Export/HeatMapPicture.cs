using System.Buffers.Binary;
using Hone.Report.Measurements;

namespace Hone.Report.Export;

/// <summary>Heat maps as pictures inside a page.</summary>
internal static class HeatMapPicture
{
    private const int HeaderByteCount = 54;

    /// <summary>From black for the smallest value to white for the largest.</summary>
    internal static string Grey(HeatMap map)
    {
        float low = map.Values.Min();
        float range = Math.Max(map.Values.Max() - low, float.Epsilon);
        return DataAddress(map, v =>
        {
            byte grey = (byte)(255 * (v - low) / range);
            return (grey, grey, grey);
        });
    }

    /// <summary>Red for positive values, blue for negative ones, white for zero.</summary>
    internal static string Diverging(HeatMap map)
    {
        float largest = Math.Max(map.Values.Max(MathF.Abs), float.Epsilon);
        return DataAddress(map, v =>
        {
            byte rest = (byte)(255 * (1 - (MathF.Abs(v) / largest)));
            return v >= 0 ? ((byte)255, rest, rest) : (rest, rest, (byte)255);
        });
    }

    /// <summary>A Windows bitmap of 24 bits, which every browser shows: rows from the bottom up, each filled to four bytes.</summary>
    private static string DataAddress(HeatMap map, Func<float, (byte Red, byte Green, byte Blue)> color)
    {
        int rowByteCount = ((map.Width * 3) + 3) / 4 * 4;
        byte[] file = new byte[HeaderByteCount + (rowByteCount * map.Height)];
        "BM"u8.CopyTo(file);
        Write(2, file.Length);
        Write(10, HeaderByteCount);
        Write(14, 40);
        Write(18, map.Width);
        Write(22, map.Height);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 24);
        for (int y = 0; y < map.Height; y++)
        {
            int row = HeaderByteCount + ((map.Height - 1 - y) * rowByteCount);
            for (int x = 0; x < map.Width; x++)
                (file[row + (3 * x) + 2], file[row + (3 * x) + 1], file[row + (3 * x)]) = color(map.Values[(y * map.Width) + x]);
        }

        return $"data:image/bmp;base64,{Convert.ToBase64String(file)}";

        void Write(int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offset), value);
    }
}
