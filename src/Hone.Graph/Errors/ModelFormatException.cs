namespace Hone;

/// <summary>A model file, or a graph made from one, breaks the rules of its format.</summary>
public sealed class ModelFormatException : HoneException
{
    /// <summary>Creates an error about the file or graph as a whole.</summary>
    public ModelFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error about the file or graph as a whole, caused by another one.</summary>
    public ModelFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an error about one node.</summary>
    /// <param name="nodeName">Name of the node at fault.</param>
    /// <param name="operatorName">Its operator, for example <c>Conv</c>.</param>
    /// <param name="message">What is wrong with it.</param>
    public ModelFormatException(string nodeName, string operatorName, string message)
        : base($"Node '{nodeName}' ({operatorName}): {message}")
    {
        NodeName = nodeName;
        OperatorName = operatorName;
    }

    /// <value>Name of the node at fault, or null when no single node is.</value>
    public string? NodeName { get; }

    /// <value>Operator of the node at fault, or null when no single node is.</value>
    public string? OperatorName { get; }
}
