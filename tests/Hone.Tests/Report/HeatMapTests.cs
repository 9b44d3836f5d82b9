using System.Text.RegularExpressions;
using Hone.Report.Export;
using Hone.Report.Measurements;

namespace Hone.Tests.Report;

public sealed class HeatMapTests
{
    [Fact]
    public void Similarity_IsThatOfTheDirections()
    {
        HeatMap map = new("a", 1, 2, [3, 4]);
        Assert.Equal(1, map.CosineSimilarity(map with { Values = [6, 8] }), 6);
        Assert.Equal(-1, map.CosineSimilarity(map with { Values = [-3, -4] }), 6);
        Assert.Equal(0, map.CosineSimilarity(map with { Values = [0, 0] }));
        Assert.Throws<ShapeMismatchException>(() => map.CosineSimilarity(new HeatMap("b", 2, 1, [3, 4])));
    }

    [Fact]
    public void Page_ShowsRedAndBlue()
    {
        HeatMap image = new("image", 1, 2, [0, 1]);
        ModelReport report = new()
        {
            Title = "t",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Machine = MachineDescription.Current("Portable"),
            Baseline = "fp32",
            Variants = [],
            Attributions = [new AttributionExample("<boot>", image, [new HeatMap("fp32", 1, 2, [2, -1]), new HeatMap("int8", 1, 2, [4, -2])])],
        };
        string html = ReportHtml.Write(report);
        Assert.Contains("&lt;boot&gt;", html, StringComparison.Ordinal);
        Assert.Contains("int8 (1.000)", html, StringComparison.Ordinal);
        byte[][] pictures = [.. Regex.Matches(html, "data:image/bmp;base64,([^\"]+)").Select(m => Convert.FromBase64String(m.Groups[1].Value))];
        Assert.Equal(3, pictures.Length);
        // Blue, green, red of two pixels, then two bytes that fill the row.
        Assert.Equal([0, 0, 0, 255, 255, 255, 0, 0], pictures[0][54..]);
        Assert.Equal([0, 0, 255, 255, 127, 127, 0, 0], pictures[1][54..]);
    }
}
