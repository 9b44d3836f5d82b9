using System.Xml.Linq;
using Hone.Report.Export;
using Hone.Report.Measurements;

namespace Hone.Tests.Report;

public sealed class ReportExportTests
{
    [Fact]
    public void Overview_ShowsDropAndRatio()
    {
        ReportTable table = ReportTable.Overview(SampleReport.Create());

        Assert.Equal(["Model", "Accuracy", "Drop", "File", "Size", "Memory"], table.Columns);
        Assert.Equal(["TorchSharp", "92.10 %", "0.00 pt", "–", "–", "–"], table.Rows[0]);
        Assert.Equal(["fp32", "92.10 %", "–", "540.0 kB", "1.000 x", "–"], table.Rows[1]);
        Assert.Equal(["static | INT8", "91.95 %", "0.15 pt", "140.4 kB", "0.260 x", "1.50 MB"], table.Rows[2]);
    }

    [Fact]
    public void Latency_ShowsSpeedUpsOverEachReference()
    {
        ReportTable table = ReportTable.Latency(SampleReport.Create(), 64);

        Assert.Equal(["Model", "Median", "p99", "Samples/s", "vs TorchSharp", "vs fp32"], table.Columns);
        Assert.Equal(["static | INT8", "8.00 ms", "9.00 ms", "8,000", "5.00 x", "2.50 x"], table.Rows[2]);
    }

    [Fact]
    public void Tables_NothingMeasured_LeaveColumnsAndTablesOut()
    {
        ModelReport report = SampleReport.Create();
        ModelReport bare = report with { Variants = [.. report.Variants.Select(v => v with { FileByteCount = null, MemoryByteCount = null, Latencies = [] })] };

        Assert.Equal(["Model", "Accuracy", "Drop"], Assert.Single(ReportTable.All(bare)).Columns);
    }

    [Fact]
    public void Markdown_EscapesBarsAndHasOneRuleForEachColumn()
    {
        ReportTable table = ReportTable.Overview(SampleReport.Create());
        string[] lines = table.ToMarkdown().TrimEnd('\n').Split('\n');

        Assert.Equal(5, lines.Length);
        Assert.StartsWith("| static \\| INT8 |", lines[4], StringComparison.Ordinal);
        Assert.Equal(table.Columns.Count + 1, lines[1].Count(c => c == '|'));
    }

    [Fact]
    public void Text_AlignsColumns()
    {
        string[] lines = ReportTable.Overview(SampleReport.Create()).ToText().TrimEnd('\n').Split('\n');

        Assert.Single(lines.Select(l => l.Length).Distinct());
    }

    [Fact]
    public void Json_ComesBackAsItWas()
    {
        ModelReport report = SampleReport.Create();
        string json = ReportJson.Write(report);

        Assert.Contains("\"sqnrDecibels\": \"Infinity\"", json, StringComparison.Ordinal);
        ModelReport back = ReportJson.Read(json);
        Assert.Equal(json, ReportJson.Write(back));
        Assert.Equal(report.Variants[2].LayerErrors, back.Variants[2].LayerErrors);
        Assert.Equal(0.15, back.AccuracyDrop(back.Variants[2])!.Value, 9);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{\"title\":")]
    [InlineData("{\"title\": \"no variants\"}")]
    public void Json_NotAReport_IsRefused(string json) => Assert.Throws<HoneException>(() => ReportJson.Read(json));

    [Fact]
    public void Html_IsOneWellFormedPageWithoutOutsideReferences()
    {
        string html = ReportHtml.Write(SampleReport.Create());

        Assert.Contains("Fashion &lt;MNIST&gt;", html, StringComparison.Ordinal);
        Assert.Contains("Two cores &amp; shared.", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"http", html, StringComparison.Ordinal);
        // File sizes; latency and accuracy at two batch sizes; the layers of one variant.
        XElement[] plots = [.. Plots(html)];
        Assert.Equal(6, plots.Length);
        Assert.All(plots, p => Assert.Contains(p.Descendants(), e => e.Name.LocalName == "text"));
        string[] identifiers = [.. plots.SelectMany(p => p.DescendantsAndSelf().Attributes("id")).Select(a => a.Value)];
        Assert.Equal(identifiers.Distinct(), identifiers);
    }

    [Fact]
    public void Html_LayersWithoutError_AreNotDrawnButListed()
    {
        string html = ReportHtml.Write(SampleReport.Create());

        string layers = Plots(html).Last().ToString();
        Assert.Contains("stem", layers, StringComparison.Ordinal);
        Assert.DoesNotContain("skipped", layers, StringComparison.Ordinal);
        Assert.Contains("<td>skipped</td><td>Conv</td><td>exact</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_UnwritablePath_IsATypedErrorAndLeavesNothing()
    {
        string directory = Directory.CreateTempSubdirectory("hone-report-").FullName;
        try
        {
            // A folder of that name is in the way.
            string path = Path.Combine(directory, "report.html");
            Directory.CreateDirectory(path);

            Assert.Contains(path, Assert.Throws<HoneException>(() => ReportHtml.Save(SampleReport.Create(), path)).Message, StringComparison.Ordinal);
            Assert.Throws<HoneException>(() => ReportJson.Save(SampleReport.Create(), Path.Combine(directory, "missing", "report.json")));
            Assert.Equal([path], Directory.EnumerateFileSystemEntries(directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(1_500, "1.5 kB")]
    [InlineData(2_340_000, "2.34 MB")]
    [InlineData(7_000_000_000, "7.00 GB")]
    public void Units_Bytes_HaveThreeDigitsOrSo(long bytes, string expected) => Assert.Equal(expected, Units.Bytes(bytes));

    [Fact]
    public void Machine_Current_IsFilledIn()
    {
        MachineDescription machine = MachineDescription.Current("AVX2");

        Assert.NotEmpty(machine.Processor);
        Assert.True(machine.ProcessorCount >= 1 && machine.MemoryByteCount > 0);
        Assert.Equal("AVX2", machine.InstructionSet);
    }

    private static IEnumerable<XElement> Plots(string html)
    {
        for (int start = html.IndexOf("<svg", StringComparison.Ordinal); start >= 0; start = html.IndexOf("<svg", start + 1, StringComparison.Ordinal))
        {
            int end = html.IndexOf("</svg>", start, StringComparison.Ordinal) + "</svg>".Length;
            yield return XElement.Parse(html[start..end]);
        }
    }
}
