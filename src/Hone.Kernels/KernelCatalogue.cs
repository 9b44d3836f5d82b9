using System.Runtime.Intrinsics;
using Hone.Kernels.Convolution;
using Hone.Kernels.Cpu;
using Hone.Kernels.Gemm;
using Hone.Kernels.Simd;

namespace Hone.Kernels;

/// <summary>Every kernel, one line each. Dispatch, tests and listings read this table.</summary>
public static unsafe class KernelCatalogue
{
    /// <summary>Tile kernels of matrix products and convolutions; of those that can run, the first of a type is taken.</summary>
    internal static IReadOnlyList<TileKernel> Tiles { get; } =
    [
        new("f32-gemm-7x64__avx512", Isa.Avx512, TileType.Float32, 16, 4, 1, 7, null),
        new("f32-gemm-6x16__avx2", Isa.Avx2, TileType.Float32, 8, 2, 1, 6, null),
        new("bf16-gemm-7x64c2__avx512bf16", Isa.Avx512Bf16, TileType.BFloat16, 16, 4, 2, 7, null),
        new("u8-s8-gemm-7x64c4__avx512vnni", Isa.Avx512Vnni, TileType.UInt8Int8, 16, 4, 4, 7, null),
        new("u8-s8-gemm-6x64c2__avx512", Isa.Avx512, TileType.UInt8Int8, 16, 4, 2, 6, null),
        new("u8-s8-gemm-6x16c4__avxvnni", Isa.AvxVnni, TileType.UInt8Int8, 8, 2, 4, 6, null),
        new("u8-s8-gemm-6x16c4__avx512vnni", Isa.Avx512Vnni, TileType.UInt8Int8, 8, 2, 4, 6, null),
        new("u8-s8-gemm-6x16c2__avx2", Isa.Avx2, TileType.UInt8Int8, 8, 2, 2, 6, null),
        new("f32-gemm-6x64__avx512-static", Isa.Avx512, TileType.Float32, 16, 4, 1, 6, &F32Tile<Simd512, Vector512<float>, Vector512<int>>.Run),
        new("f32-gemm-6x16__avx2-static", Isa.Avx2, TileType.Float32, 8, 2, 1, 6, &F32Tile<Simd256, Vector256<float>, Vector256<int>>.Run),
        new("f32-gemm-6x8__portable", Isa.Portable, TileType.Float32, 4, 2, 1, 6, &F32Tile<Simd128, Vector128<float>, Vector128<int>>.Run),
        new("u8-s8-gemm-6x64c2__avx512-static", Isa.Avx512, TileType.UInt8Int8, 16, 4, 2, 6, &Int8Tile<Simd512, Vector512<float>, Vector512<int>>.Run),
        new("u8-s8-gemm-6x16c2__avx2-static", Isa.Avx2, TileType.UInt8Int8, 8, 2, 2, 6, &Int8Tile<Simd256, Vector256<float>, Vector256<int>>.Run),
        new("u8-s8-gemm-6x8c2__portable", Isa.Portable, TileType.UInt8Int8, 4, 2, 2, 6, &Int8Tile<Simd128, Vector128<float>, Vector128<int>>.Run),
    ];

    /// <summary>Depthwise kernels; of those that can run and fit a shape, the first of a type is taken.</summary>
    internal static IReadOnlyList<DepthwiseKernel> Depthwise { get; } =
    [
        new("f32-dw__avx512", Isa.Avx512, TileType.Float32, true),
        new("f32-dw__avx512-static", Isa.Avx512, TileType.Float32, false),
        new("f32-dw__avx2-static", Isa.Avx2, TileType.Float32, false),
        new("f32-dw__portable", Isa.Portable, TileType.Float32, false),
        new("u8-s8-dw__avx512vnni", Isa.Avx512Vnni, TileType.UInt8Int8, true),
        new("u8-s8-dw__avx512-static", Isa.Avx512, TileType.UInt8Int8, false),
        new("u8-s8-dw__avx2-static", Isa.Avx2, TileType.UInt8Int8, false),
        new("u8-s8-dw__portable", Isa.Portable, TileType.UInt8Int8, false),
    ];

    /// <summary>All kernels, and which of them this process may run.</summary>
    /// <param name="options">Which kernels may be chosen; null: <see cref="KernelOptions.Default"/>.</param>
    public static IReadOnlyList<KernelInfo> List(KernelOptions? options = null)
    {
        options ??= KernelOptions.Default;
        return
        [
            .. Tiles.Select(k => new KernelInfo(k.Id, k.Isa, k.IsEmitted, IsAvailable(k.Isa, k.IsEmitted, options))),
            .. Depthwise.Select(k => new KernelInfo(k.Id, k.Isa, k.IsEmitted, IsAvailable(k.Isa, k.IsEmitted, options))),
        ];
    }

    /// <summary>The depthwise kernels of a type that may run, best first.</summary>
    internal static IEnumerable<DepthwiseKernel> DepthwiseFor(TileType type, KernelOptions options) =>
        Depthwise.Where(k => k.Type == type && IsAvailable(k.Isa, k.IsEmitted, options));

    /// <summary>Bits per vector of the static kernels of a tier.</summary>
    internal static int Width(Isa isa) => isa switch { >= Isa.Avx512 => 512, >= Isa.Avx2 => 256, _ => 128 };

    /// <summary>The tile kernels of a type that may run, best first.</summary>
    internal static IEnumerable<TileKernel> TilesFor(TileType type, KernelOptions options) =>
        Tiles.Where(k => k.Type == type && IsAvailable(k.Isa, k.IsEmitted, options) && (options.Tile is null || options.Tile == k.Id));

    /// <summary>The best tile kernel for fp32 operands: bfloat16 products only where the options allow them.</summary>
    internal static TileKernel FloatTile(KernelOptions options) =>
        (options.AllowsBFloat16 ? TilesFor(TileType.BFloat16, options).FirstOrDefault() : null) ?? TilesFor(TileType.Float32, options).First();

    private static bool IsAvailable(Isa isa, bool emitted, KernelOptions options) =>
        options.Features.Supports(isa)
        && (emitted ? !options.StaticKernels && Emit.ExecutableMemory.Instance is not null : Width(isa) <= VectorWidth.For(options.Features));
}
