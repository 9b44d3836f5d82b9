using System.Text.Json;
using Hone.Quantization.Observers;

namespace Hone.Quantization.Calibration;

/// <summary>What a calibration has observed. Saved beside a model it saves the next run, and tells when the data have drifted.</summary>
public sealed record CalibrationResult
{
    /// <value>Version of the JSON form.</value>
    public int Version { get; init; } = 1;

    /// <value>Number of batches observed.</value>
    public int BatchCount { get; init; }

    /// <value>What each group of activations has seen, by <see cref="Static.ActivationPlacement.Key"/>.</value>
    public IReadOnlyDictionary<string, ObserverState> Activations { get; init; } = new Dictionary<string, ObserverState>();

    /// <summary>Reads a file that <see cref="Save"/> has written.</summary>
    /// <exception cref="QuantizationException">The file is not a calibration result.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CalibrationResult Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        CalibrationResult? result;
        try
        {
            result = JsonSerializer.Deserialize(stream, CalibrationJson.Default.CalibrationResult);
        }
        catch (JsonException e)
        {
            throw new QuantizationException($"'{path}' is not a calibration result: {e.Message}");
        }

        if (result is not { Version: 1, BatchCount: > 0, Activations: not null } || result.Activations.Values.Any(s => s is not { IsValid: true }))
            throw new QuantizationException($"'{path}' is not a calibration result of version 1 with at least one batch and finite ranges.");
        return result;
    }

    /// <summary>Writes the result as JSON; an existing file is replaced only by a whole one.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = File.Create(temporary))
                JsonSerializer.Serialize(stream, this, CalibrationJson.Default.CalibrationResult);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>How the ranges have moved since an earlier calibration of the same graph, the most moved first.</summary>
    /// <remarks>A range that grew far beyond the old one is clipped by a model quantized with it: calibrate and convert anew.</remarks>
    public IReadOnlyList<RangeDrift> DriftSince(CalibrationResult earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        IEnumerable<RangeDrift> drifts =
            from now in Activations
            where earlier.Activations.ContainsKey(now.Key)
            let before = earlier.Activations[now.Key]
            where now.Value.Ranges.Count > 0 && before.Ranges.Count > 0
            select new RangeDrift(now.Key, before.Ranges.Aggregate((a, b) => a.Union(b)), now.Value.Ranges.Aggregate((a, b) => a.Union(b)));
        return [.. drifts.OrderByDescending(d => d.Shift).ThenBy(d => d.Activation, StringComparer.Ordinal)];
    }
}
