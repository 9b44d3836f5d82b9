namespace Hone.Torch.Lowering;

/// <summary>Thrown by a lowering whose operation is known but not with these arguments.</summary>
public sealed class UnsupportedLoweringException : HoneException
{
    /// <summary>Creates the error.</summary>
    /// <param name="reason">For example <c>ceil_mode with dilation</c>.</param>
    public UnsupportedLoweringException(string reason)
        : base(reason)
    {
    }
}
