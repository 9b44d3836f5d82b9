namespace Hone.Torch;

/// <summary>A module cannot be captured as it is written; the message says where, why, and what to change.</summary>
public sealed class CaptureException : HoneException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What is wrong and what would be right.</param>
    /// <param name="location">Method and, where a portable PDB is at hand, file and line; null when no single place is at fault.</param>
    public CaptureException(string message, string? location = null)
        : base(location is null ? message : $"{message} At {location}.")
    {
        Location = location;
    }

    /// <summary>Creates an error caused by another one.</summary>
    public CaptureException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <value>Method and, where known, file and line in the user's code; or null.</value>
    public string? Location { get; }
}
