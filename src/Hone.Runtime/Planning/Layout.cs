namespace Hone.Runtime.Planning;

/// <summary>In which order the elements of a value lie in memory.</summary>
internal enum Layout
{
    /// <summary>As ONNX means it: the last dimension is the densest.</summary>
    RowMajor,

    /// <summary>[N, C, spatial...] lies as [N, spatial..., C]; only for three dimensions and more.</summary>
    ChannelsLast,
}
