namespace Hone.Kernels.Convolution;

/// <summary>Walks output pixels in memory order without dividing.</summary>
internal struct RowCursor
{
    private readonly int _height;
    private readonly int _width;

    internal RowCursor(int height, int width, long pixel)
    {
        _height = height;
        _width = width;
        long row = Math.DivRem(pixel, width, out long x);
        Image = (int)Math.DivRem(row, height, out long y);
        Y = (int)y;
        X = (int)x;
    }

    internal int Image;
    internal int Y;
    internal int X;

    internal void Next()
    {
        if (++X == _width)
        {
            X = 0;
            if (++Y == _height)
            {
                Y = 0;
                Image++;
            }
        }
    }
}
