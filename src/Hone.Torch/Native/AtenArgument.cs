using static TorchSharp.torch;

namespace Hone.Torch.Native;

/// <summary>One argument of an ATen operator: a tensor, an integer, a double or a truth value.</summary>
internal readonly struct AtenArgument
{
    private AtenArgument(Tensor? tensor, ulong bits)
    {
        Tensor = tensor;
        Bits = bits;
    }

    internal Tensor? Tensor { get; }

    internal ulong Bits { get; }

    public static implicit operator AtenArgument(Tensor tensor) => new(tensor, 0);

    public static implicit operator AtenArgument(long value) => new(null, (ulong)value);

    public static implicit operator AtenArgument(double value) => new(null, BitConverter.DoubleToUInt64Bits(value));

    public static implicit operator AtenArgument(bool value) => new(null, value ? 1UL : 0UL);
}
