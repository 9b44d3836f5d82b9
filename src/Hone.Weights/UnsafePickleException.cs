namespace Hone.Weights;

/// <summary>A pickle asks for more than tensors, containers and plain values. Nothing of it has been run.</summary>
public sealed class UnsafePickleException : WeightFileException
{
    /// <summary>Creates the error.</summary>
    /// <param name="global">The Python object that the pickle names, for example <c>os.system</c>.</param>
    /// <param name="message">What is refused, and what to do.</param>
    public UnsafePickleException(string global, string message)
        : base(message)
    {
        Global = global;
    }

    /// <value>The Python object that the pickle names, as <c>module.name</c>.</value>
    public string Global { get; }
}
