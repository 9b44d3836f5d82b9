namespace Hone.Weights;

/// <summary>A file of weights is damaged, breaks the rules of its format, or holds what Hone cannot read.</summary>
public class WeightFileException : HoneException
{
    /// <summary>Creates an error about the file as a whole.</summary>
    public WeightFileException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error caused by another one.</summary>
    public WeightFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an error about one tensor.</summary>
    /// <param name="tensorName">Its name in the file.</param>
    /// <param name="message">What is wrong with it.</param>
    public WeightFileException(string tensorName, string message)
        : base($"Tensor '{tensorName}': {message}")
    {
        TensorName = tensorName;
    }

    /// <value>Name of the tensor at fault, or null when no single one is.</value>
    public string? TensorName { get; }
}
