using Hone.Graphs;

namespace Hone.Tests.Graphs;

public class DimensionTests
{
    private static readonly Dimension s_n = Dimension.Symbolic("N");

    [Fact]
    public void Arithmetic_OfNumbers_IsANumber()
    {
        Assert.Equal(Dimension.Fixed(7), Dimension.Fixed(3) + 4);
        Assert.Equal(Dimension.Fixed(-1), Dimension.Fixed(3) - 4);
        Assert.Equal(Dimension.Fixed(12), Dimension.Fixed(3) * 4);
        Assert.Equal(Dimension.Fixed(-2), Dimension.Fixed(-3) / 2);
        Assert.Equal(Dimension.Fixed(1), Dimension.Fixed(3) / 2);
    }

    [Fact]
    public void Arithmetic_OfSymbols_IsAnExpression()
    {
        Assert.Equal("2*N", (s_n * 2).Symbol);
        Assert.Equal(2 * s_n, s_n * 2);
        Assert.Equal("(N+1)/2", ((s_n + 1) / 2).Symbol);
        Assert.Equal(s_n, (s_n * 6) / 6);
        Assert.Equal("12*N", (4 * (s_n * 3)).Symbol);
        Assert.Equal("3*N", (s_n * 12 / 4).Symbol);
        Assert.Equal("12*N/5", (s_n * 12 / 5).Symbol);
        Assert.Equal(Dimension.Fixed(0), s_n - s_n);
        Assert.Equal(Dimension.Fixed(1), s_n / s_n);
    }

    [Fact]
    public void NeutralElements_ChangeNothing()
    {
        Assert.Equal(s_n, s_n + 0);
        Assert.Equal(s_n, s_n * 1);
        Assert.Equal(s_n, s_n / 1);
        Assert.Equal(Dimension.Fixed(0), s_n * 0);
    }

    [Fact]
    public void Arithmetic_WithUnknown_IsUnknown()
    {
        Assert.True((Dimension.Unknown + 1).IsUnknown);
        Assert.True((s_n * Dimension.Unknown).IsUnknown);
    }

    [Fact]
    public void LongExpressions_BecomeUnknown()
    {
        Dimension dimension = s_n;
        for (int i = 0; i < 100 && !dimension.IsUnknown; i++)
            dimension = (dimension + 1) * 3;
        Assert.True(dimension.IsUnknown);
    }

    [Fact]
    public void Broadcast_NumberAboveOne_Decides()
    {
        SymbolicShape shape = SymbolicShape.Broadcast(new SymbolicShape(s_n, 1, 4), new SymbolicShape(3, 4));
        Assert.Equal(new SymbolicShape(s_n, 3, 4), shape);
        Assert.Equal(new SymbolicShape(5), SymbolicShape.Broadcast(new SymbolicShape(s_n), new SymbolicShape(5)));
        Assert.Throws<ArgumentException>(() => SymbolicShape.Broadcast(new SymbolicShape(3), new SymbolicShape(4)));
    }
}
