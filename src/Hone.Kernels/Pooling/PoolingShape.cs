namespace Hone.Kernels.Pooling;

/// <summary>The attributes of a two-dimensional pooling, with ONNX semantics (MaxPool, AveragePool opset 22).</summary>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of the window.</param>
public readonly record struct PoolingShape(int KernelHeight, int KernelWidth)
{
    /// <summary>Input rows per output row.</summary>
    public int StrideHeight { get; init; } = 1;

    /// <summary>Input columns per output column.</summary>
    public int StrideWidth { get; init; } = 1;

    /// <summary>Input rows between window rows.</summary>
    public int DilationHeight { get; init; } = 1;

    /// <summary>Input columns between window columns.</summary>
    public int DilationWidth { get; init; } = 1;

    /// <summary>Padded rows above.</summary>
    public int PadTop { get; init; }

    /// <summary>Padded columns on the left.</summary>
    public int PadLeft { get; init; }

    /// <summary>Padded rows below.</summary>
    public int PadBottom { get; init; }

    /// <summary>Padded columns on the right.</summary>
    public int PadRight { get; init; }

    /// <summary>True to round the output size up; windows that would begin in the padding at the end are dropped.</summary>
    public bool CeilMode { get; init; }

    /// <summary>True if padded elements count in an average.</summary>
    public bool CountIncludePad { get; init; }

    /// <summary>Output rows for a number of input rows.</summary>
    /// <param name="inputHeight">Input rows.</param>
    public int OutputHeight(int inputHeight) => Size(inputHeight, PadTop, PadBottom, KernelHeight, StrideHeight, DilationHeight);

    /// <summary>Output columns for a number of input columns.</summary>
    /// <param name="inputWidth">Input columns.</param>
    public int OutputWidth(int inputWidth) => Size(inputWidth, PadLeft, PadRight, KernelWidth, StrideWidth, DilationWidth);

    private int Size(int input, int begin, int end, int kernel, int stride, int dilation)
    {
        int span = input + begin + end - ((kernel - 1) * dilation + 1);
        if (span < 0)
        {
            return 0;
        }

        int size = (CeilMode ? (span + stride - 1) / stride : span / stride) + 1;
        return CeilMode && (size - 1) * stride >= input + begin ? size - 1 : size;
    }
}
