using Hone.Kernels.Convolution;

namespace Hone.Tests.Kernels;

/// <summary>Shapes that reach every path: tails, strides, padding, dilation, groups, few channels, depthwise, rows that do not fill a
/// tile.</summary>
internal static class ConvolutionCases
{
    internal static readonly (string Name, ConvolutionShape Shape, int Batch, int Height, int Width)[] All =
    [
        ("1x1", new(16, 64, 1, 1), 1, 5, 7),
        ("1x1 tails", new(19, 37, 1, 1), 2, 3, 5),
        ("1x1 narrow", new(32, 16, 1, 1), 1, 5, 5),
        ("1x1 narrow tails", new(16, 24, 1, 1), 2, 3, 5),
        ("1x1 narrow and deep", new(144, 24, 1, 1), 1, 5, 7),
        ("1x1 stride 2", new(24, 130, 1, 1) { StrideHeight = 2, StrideWidth = 2 }, 1, 7, 9),
        ("1x1 one row", new(33, 100, 1, 1), 1, 1, 1),
        ("3x3 pad 1", new(16, 16, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 1, 9, 8),
        ("3x3 pad 1 wide", new(64, 96, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 1, 7, 7),
        ("3x3 stride 2", new(20, 48, 3, 3) { StrideHeight = 2, StrideWidth = 2, PadTop = 1, PadLeft = 1 }, 2, 10, 11),
        ("3x3 dilation", new(16, 24, 3, 3) { DilationHeight = 2, DilationWidth = 3, PadTop = 2, PadLeft = 3, PadBottom = 2, PadRight = 3 }, 1, 9, 10),
        ("first 7x7 stride 2", new(3, 64, 7, 7) { StrideHeight = 2, StrideWidth = 2, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 }, 1, 20, 23),
        ("first 3x3 stride 2", new(3, 32, 3, 3) { StrideHeight = 2, StrideWidth = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 2, 21, 24),
        ("first 3x3 stride 2, 24 channels", new(3, 24, 3, 3) { StrideHeight = 2, StrideWidth = 2, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 2, 11, 14),
        ("first 3x3", new(1, 17, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 2, 6, 5),
        ("first 5x5 dilation", new(3, 8, 5, 5) { DilationHeight = 2, DilationWidth = 2, PadTop = 4, PadLeft = 4, PadBottom = 4, PadRight = 4 }, 1, 9, 9),
        ("2 groups", new(32, 40, 3, 3) { Groups = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 1, 5, 6),
        ("groups of 3", new(9, 12, 3, 3) { Groups = 3, PadTop = 1 }, 1, 5, 6),
        ("depthwise 3x3", new(40, 40, 3, 3) { Groups = 40, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 1, 9, 10),
        ("depthwise 3x3 stride 2", new(64, 64, 3, 3) { Groups = 64, StrideHeight = 2, StrideWidth = 2, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 2, 9, 10),
        ("depthwise 5x5", new(17, 17, 5, 5) { Groups = 17, PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2 }, 1, 7, 9),
        ("depthwise dilation", new(8, 8, 3, 3) { Groups = 8, DilationHeight = 2, DilationWidth = 2, PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2 }, 1, 7, 7),
        ("depthwise few", new(3, 3, 3, 3) { Groups = 3 }, 1, 5, 5),
        ("depthwise multiplier 2", new(8, 16, 3, 3) { Groups = 8, PadTop = 1, PadLeft = 1 }, 1, 5, 5),
        ("depthwise 1x5", new(96, 96, 1, 5) { Groups = 96, PadLeft = 2, PadRight = 2 }, 1, 3, 11),
        ("depthwise full and partial blocks", new(144, 144, 3, 3) { Groups = 144, StrideHeight = 2, StrideWidth = 2, PadTop = 1, PadLeft = 1 }, 1, 6, 7),
        ("depthwise 5x5 stride 2", new(72, 72, 5, 5) { Groups = 72, StrideHeight = 2, StrideWidth = 2, PadTop = 2, PadLeft = 2, PadBottom = 2, PadRight = 2 }, 1, 9, 12),
        ("depthwise 4x2 mixed strides", new(33, 33, 4, 2) { Groups = 33, StrideHeight = 1, StrideWidth = 2, PadTop = 3, PadBottom = 1, PadRight = 1 }, 1, 5, 8),
        ("depthwise 2x7", new(66, 66, 2, 7) { Groups = 66, PadLeft = 6, PadRight = 6 }, 1, 3, 4),
        ("depthwise 7x7", new(16, 16, 7, 7) { Groups = 16, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 }, 1, 8, 8),
        ("depthwise 7x7 of several blocks", new(75, 75, 7, 7) { Groups = 75, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 }, 2, 5, 9),
        ("depthwise 6x3 stride 2", new(136, 136, 6, 3) { Groups = 136, StrideHeight = 2, StrideWidth = 2, PadTop = 2, PadLeft = 1, PadBottom = 3 }, 1, 9, 8),
        ("depthwise 7x7 stride 2", new(96, 96, 7, 7) { Groups = 96, StrideHeight = 2, StrideWidth = 2, PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 }, 1, 11, 10),
        ("depthwise stride beyond the kernel", new(16, 16, 2, 2) { Groups = 16, StrideHeight = 3, StrideWidth = 3 }, 1, 8, 8),
        ("depthwise of several threads", new(96, 96, 3, 3) { Groups = 96, PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 1, 22, 21),
        ("pad beyond the kernel", new(16, 8, 2, 2) { PadTop = 3, PadLeft = 3, PadBottom = 3, PadRight = 3 }, 1, 2, 2),
        ("1 of height", new(16, 16, 1, 3) { PadLeft = 1, PadRight = 1 }, 1, 1, 13),
        ("3x3 of 2x2 tiles", new(32, 48, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 2, 7, 7),
        ("3x3 of 4x4 tiles", new(48, 80, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 1, 14, 17),
        ("3x3 of 4x4 tiles, no padding", new(32, 144, 3, 3) { PadLeft = 2 }, 2, 15, 14),
        ("strips and many tiles", new(40, 136, 1, 1), 1, 9, 7),
        ("deep", new(256, 20, 3, 3) { PadTop = 1, PadLeft = 1, PadBottom = 1, PadRight = 1 }, 1, 4, 4),
    ];
}
