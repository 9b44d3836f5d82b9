using System.Text.Json;
using Hone.Files;
using Hone.Report.Measurements;

namespace Hone.Report.Export;

/// <summary>Reports as JSON: camel-case property names; infinities and NaN as the strings <c>"Infinity"</c>, <c>"-Infinity"</c>, <c>"NaN"</c>.</summary>
public static class ReportJson
{
    /// <summary>The report as indented JSON.</summary>
    public static string Write(ModelReport report) => JsonSerializer.Serialize(report, ReportJsonContext.Default.ModelReport);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="HoneException">The text is not such a report.</exception>
    public static ModelReport Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ReportJsonContext.Default.ModelReport) ?? throw new HoneException("The JSON text holds no report.");
        }
        catch (JsonException e)
        {
            throw new HoneException($"The JSON text is not a report: {e.Message}", e);
        }
    }

    /// <summary>Writes the report to a file, which appears only when it is complete.</summary>
    /// <exception cref="HoneException">The file cannot be written.</exception>
    public static void Save(ModelReport report, string path) => AtomicFile.WriteAllText(path, Write(report));
}
