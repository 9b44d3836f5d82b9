using System.Globalization;

namespace Hone.Kernels.Cpu;

/// <summary>The CPU quota of the control group, version 2 or 1.</summary>
/// <remarks>The runtime applies the quota to <see cref="Environment.ProcessorCount"/> too, unless <c>DOTNET_PROCESSOR_COUNT</c> overrides
/// it.</remarks>
internal static class Cgroup
{
    internal static int? ProcessorLimit()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        string[]? v2 = Fields("/sys/fs/cgroup/cpu.max");
        if (v2 is { Length: 2 })
        {
            return Limit(v2[0], v2[1]);
        }

        string[]? quota = Fields("/sys/fs/cgroup/cpu/cpu.cfs_quota_us");
        string[]? period = Fields("/sys/fs/cgroup/cpu/cpu.cfs_period_us");
        return quota is [string q] && period is [string p] ? Limit(q, p) : null;
    }

    internal static int? Limit(string quota, string period) =>
        long.TryParse(quota, NumberStyles.Integer, CultureInfo.InvariantCulture, out long q)
        && long.TryParse(period, NumberStyles.Integer, CultureInfo.InvariantCulture, out long p)
        && q > 0 && p > 0
            ? (int)Math.Min(int.MaxValue, (q + p - 1) / p)
            : null;

    private static string[]? Fields(string path)
    {
        try
        {
            return File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
