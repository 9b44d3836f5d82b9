namespace Hone.Torch.Capture;

/// <summary>Where a traced tensor comes from.</summary>
internal enum TraceValueKind
{
    Input,
    Parameter,
    Buffer,
    Result,
}
