namespace Hone.Compression.Channels;

/// <summary>The channels of one value.</summary>
/// <param name="Axis">The axis of the channels, from 0.</param>
/// <param name="Atoms">The atom of each place on the axis.</param>
/// <param name="Constants">The number that a place always holds, or NaN where it varies.</param>
internal sealed record ChannelVector(int Axis, int[] Atoms, double[] Constants)
{
    internal int Count => Atoms.Length;

    internal static ChannelVector Varying(int axis, int[] atoms) => new(axis, atoms, [.. Enumerable.Repeat(double.NaN, atoms.Length)]);

    internal ChannelVector OnAxis(int axis) => this with { Axis = axis };

    /// <summary>The same channels with constants of zero kept and others forgotten, where an operator would change them.</summary>
    internal ChannelVector KeepingZeros() => this with { Constants = Array.ConvertAll(Constants, c => c == 0 ? 0 : double.NaN) };

    internal ChannelVector WithoutConstants() => Varying(Axis, Atoms);
}
