namespace Hone;

/// <summary>The base of every error that Hone reports on purpose.</summary>
/// <remarks>Anything else that escapes from Hone is a defect in Hone.</remarks>
public class HoneException : Exception
{
    /// <summary>Creates an error with a message that says what is wrong and what would be right.</summary>
    public HoneException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error caused by another one.</summary>
    public HoneException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
