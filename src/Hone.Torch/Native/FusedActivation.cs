namespace Hone.Torch.Native;

/// <summary>An activation that libtorch's packed convolutions apply before they store.</summary>
internal sealed class FusedActivation
{
    private FusedActivation(ReadOnlySpan<byte> name, bool hasBounds = false, double minimum = 0, double maximum = 0)
    {
        Name = [.. name, 0];
        HasBounds = hasBounds;
        Minimum = minimum;
        Maximum = maximum;
    }

    internal static FusedActivation None { get; } = new("none"u8);

    internal static FusedActivation Relu { get; } = new("relu"u8);

    internal static FusedActivation Sigmoid { get; } = new("sigmoid"u8);

    internal static FusedActivation HardSwish { get; } = new("hardswish"u8);

    internal static FusedActivation Swish { get; } = new("swish"u8);

    /// <value>As libtorch spells it, with a closing zero.</value>
    internal byte[] Name { get; }

    internal bool HasBounds { get; }

    internal double Minimum { get; }

    internal double Maximum { get; }

    internal static FusedActivation Clamp(double minimum, double maximum) => new("hardtanh"u8, true, minimum, maximum);
}
