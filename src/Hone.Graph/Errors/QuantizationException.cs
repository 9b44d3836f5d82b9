namespace Hone;

/// <summary>A model cannot be quantized as asked: an option is out of its range, calibration data are unusable, a tensor holds no numbers.</summary>
public sealed class QuantizationException : HoneException
{
    /// <summary>Creates the error.</summary>
    public QuantizationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error about one tensor.</summary>
    /// <param name="tensorName">Name of the value at fault.</param>
    /// <param name="message">What is wrong with it.</param>
    public QuantizationException(string tensorName, string message)
        : base($"Tensor '{tensorName}': {message}")
    {
        TensorName = tensorName;
    }

    /// <value>Name of the value at fault, or null when no single one is.</value>
    public string? TensorName { get; }
}
