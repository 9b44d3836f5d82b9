namespace Hone.Kernels.Convolution;

/// <summary>The attributes of a two-dimensional convolution; one-dimensional ones have a height of 1.</summary>
/// <param name="InChannels">Channels of the input, a multiple of <c>Groups</c>.</param>
/// <param name="OutChannels">Channels of the output, a multiple of <c>Groups</c>.</param>
/// <param name="KernelHeight">Rows of the kernel.</param>
/// <param name="KernelWidth">Columns of the kernel.</param>
public readonly record struct ConvolutionShape(int InChannels, int OutChannels, int KernelHeight, int KernelWidth)
{
    /// <summary>Input rows per output row.</summary>
    public int StrideHeight { get; init; } = 1;

    /// <summary>Input columns per output column.</summary>
    public int StrideWidth { get; init; } = 1;

    /// <summary>Input rows between kernel rows.</summary>
    public int DilationHeight { get; init; } = 1;

    /// <summary>Input columns between kernel columns.</summary>
    public int DilationWidth { get; init; } = 1;

    /// <summary>Padded rows above; negative values crop.</summary>
    public int PadTop { get; init; }

    /// <summary>Padded columns on the left; negative values crop.</summary>
    public int PadLeft { get; init; }

    /// <summary>Padded rows below; negative values crop.</summary>
    public int PadBottom { get; init; }

    /// <summary>Padded columns on the right; negative values crop.</summary>
    public int PadRight { get; init; }

    /// <summary>Groups of channels that do not see each other.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Input channels per group.</summary>
    public int GroupInChannels => InChannels / Groups;

    /// <summary>Output channels per group.</summary>
    public int GroupOutChannels => OutChannels / Groups;

    /// <summary>Products per output element.</summary>
    public int Depth => KernelHeight * KernelWidth * GroupInChannels;

    /// <summary>True for one input and one output channel per group.</summary>
    public bool IsDepthwise => Groups == InChannels && Groups == OutChannels && Groups > 1;

    /// <summary>Output rows for a number of input rows; 0 if the kernel does not fit.</summary>
    /// <param name="inputHeight">Input rows.</param>
    public int OutputHeight(int inputHeight) => Size(inputHeight + PadTop + PadBottom, KernelHeight, StrideHeight, DilationHeight);

    /// <summary>Output columns for a number of input columns; 0 if the kernel does not fit.</summary>
    /// <param name="inputWidth">Input columns.</param>
    public int OutputWidth(int inputWidth) => Size(inputWidth + PadLeft + PadRight, KernelWidth, StrideWidth, DilationWidth);

    /// <summary>Checks the attributes.</summary>
    /// <exception cref="ArgumentException">An attribute is out of range, or the groups do not divide the channels.</exception>
    public void Validate()
    {
        bool positive = InChannels > 0 && OutChannels > 0 && KernelHeight > 0 && KernelWidth > 0 && StrideHeight > 0 && StrideWidth > 0
            && DilationHeight > 0 && DilationWidth > 0 && Groups > 0;
        if (!positive)
        {
            throw new ArgumentException($"Channels, kernel, strides, dilations and groups must be positive: {this}.");
        }

        if (InChannels % Groups != 0 || OutChannels % Groups != 0)
        {
            throw new ArgumentException($"{Groups} groups do not divide {InChannels} input and {OutChannels} output channels.");
        }

        if ((long)Depth * OutChannels > int.MaxValue)
        {
            throw new ArgumentException($"{(long)Depth * OutChannels} weights are more than an array holds.");
        }
    }

    private static int Size(int padded, int kernel, int stride, int dilation)
    {
        int span = padded - ((kernel - 1) * dilation + 1);
        return span < 0 ? 0 : span / stride + 1;
    }
}
