namespace Hone.Report.Export;

/// <summary>Writes quantities for people: three significant digits or so, and a unit.</summary>
public static class Units
{
    /// <summary>For example <c>1.23 MB</c>; a kB is 1000 bytes.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:F1} kB",
        < 1_000_000_000 => $"{bytes / 1e6:F2} MB",
        _ => $"{bytes / 1e9:F2} GB",
    };

    /// <summary>For example <c>0.123 ms</c> or <c>45.6 ms</c>.</summary>
    public static string Milliseconds(double milliseconds) => milliseconds switch
    {
        < 1 => $"{milliseconds:F3} ms",
        < 10 => $"{milliseconds:F2} ms",
        _ => $"{milliseconds:F1} ms",
    };

    /// <summary>For example <c>35.2 dB</c>; <c>exact</c> where there is no error at all.</summary>
    public static string Decibels(double decibels) => double.IsPositiveInfinity(decibels) ? "exact" : $"{decibels:F1} dB";
}
