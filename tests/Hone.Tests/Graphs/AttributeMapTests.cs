using Hone.Graphs;

namespace Hone.Tests.Graphs;

public class AttributeMapTests
{
    [Fact]
    public void Getters_ReturnValuesOrDefaults()
    {
        AttributeMap map = AttributeMap.Of(("axis", 2), ("alpha", 0.5), ("pads", new[] { 1, 2 }), ("flag", true));
        Assert.Equal(2, map.GetInt("axis", 0));
        Assert.Equal(0.5f, map.GetFloat("alpha", 0));
        Assert.Equal([1L, 2L], map.RequireInts("pads"));
        Assert.True(map.GetBool("flag"));
        Assert.Equal(7, map.GetInt("missing", 7));
        Assert.Null(map.GetInts("missing"));
    }

    [Fact]
    public void Getter_OfAnotherType_NamesAttributeAndTypes()
    {
        HoneException error = Assert.Throws<HoneException>(() => AttributeMap.Of(("axis", "2")).GetInt("axis", 0));
        Assert.Contains("'axis'", error.Message);
    }

    [Fact]
    public void RequiredGetter_Missing_Throws() => Assert.Throws<HoneException>(() => AttributeMap.Empty.RequireInt("axis"));

    [Fact]
    public void UnknownValueType_Throws() => Assert.Throws<ArgumentException>(() => AttributeMap.Of(("x", DateTime.UnixEpoch)));

    [Fact]
    public void With_ReplacesAndKeepsTheRest()
    {
        AttributeMap map = AttributeMap.Of(("a", 1), ("b", 2)).With("a", 3L).Without("b");
        Assert.Equal([new("a", 3L)], map);
    }
}
