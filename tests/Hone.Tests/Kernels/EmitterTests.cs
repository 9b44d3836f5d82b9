using Hone.Kernels;
using Hone.Kernels.Emit;
using Hone.Kernels.Gemm;
using Iced.Intel;

namespace Hone.Tests.Kernels;

public sealed class EmitterTests
{
    public static TheoryData<string> Emitted => [.. KernelCatalogue.Tiles.Where(k => k.IsEmitted).Select(k => k.Id)];

    /// <summary>Also tiers that this machine cannot run, and both calling conventions.</summary>
    [Theory]
    [MemberData(nameof(Emitted))]
    public void EmitTile_EveryVariant_DecodesAndUsesOnlyItsTier(string id)
    {
        TileKernel kernel = KernelCatalogue.Tiles.First(k => k.Id == id);
        foreach (TileVariant variant in Variants(kernel))
        {
            foreach (bool windows in new[] { false, true })
            {
                IReadOnlyList<Instruction> code = CodeCheck.Decode(TileEmitter.Emit(kernel, variant, windows));
                CheckBalance(code);
                foreach (Instruction instruction in code)
                {
                    bool evex = instruction.Encoding == EncodingKind.EVEX;
                    Assert.True(!evex || kernel.Isa >= Hone.Kernels.Cpu.Isa.Avx512, $"{id} {variant}: {instruction} needs AVX-512");
                    Assert.False(instruction.Code == Code.VEX_Vpdpbusd_ymm_ymm_ymmm256 && kernel.Isa != Hone.Kernels.Cpu.Isa.AvxVnni, $"{id}: {instruction} needs AVX-VNNI");
                    Assert.False(instruction.Mnemonic is Mnemonic.Vpmaddubsw, $"{id}: {instruction} may saturate");
                }
            }
        }
    }

    [Fact]
    public void EmitDepthwise_EveryFittingVariant_Decodes()
    {
        int count = 0;
        foreach (TileType type in new[] { TileType.Float32, TileType.UInt8Int8 })
        {
            for (int height = 1; height <= 7; height++)
            {
                for (int width = 1; width <= 7; width++)
                {
                    for (int stride = 1; stride <= 3; stride++)
                    {
                        DepthwiseVariant variant = new(type, height, width, stride, (height + width) % 2 == 0, true, true, stride == 2);
                        if (variant.Fits)
                        {
                            CheckBalance(CodeCheck.Decode(DepthwiseEmitter.Emit(variant, windows(count++))));
                        }

                        if (variant.Fits && type == TileType.UInt8Int8)
                        {
                            DepthwiseVariant narrow = variant with { VectorBytes = count % 2 == 0 ? 16 : 32, HasZeroPoint = stride == 1 };
                            CheckBalance(CodeCheck.Decode(DepthwiseEmitter.Emit(narrow, windows(count))));
                        }
                    }
                }
            }
        }

        Assert.True(count > 100);

        static bool windows(int number) => number % 2 == 0;
    }

    [Fact]
    public void Decode_WrongCode_Throws()
    {
        Assert.Throws<InvalidOperationException>(() => CodeCheck.Decode([0x0F, 0x0B - 1]));
        Assert.Throws<InvalidOperationException>(() => CodeCheck.Decode([0x90]));
    }

    private static IEnumerable<TileVariant> Variants(TileKernel kernel)
    {
        EpilogueKind[] kinds = kernel.Type == TileType.UInt8Int8
            ? [EpilogueKind.Int32, EpilogueKind.Dequantize, EpilogueKind.Requantize, EpilogueKind.RequantizeResidual]
            : [EpilogueKind.Float, EpilogueKind.FloatResidual];
        for (int vectors = 1; vectors <= kernel.MaxVectors; vectors++)
        {
            for (int rows = 1; rows <= (vectors < kernel.MaxVectors ? kernel.NarrowRows : kernel.MaxRows); rows++)
            {
                foreach (EpilogueKind kind in kinds)
                {
                    bool tail = rows % 2 == 0 && !kernel.NeedsWholeVectors;
                    bool sums = kind == EpilogueKind.RequantizeResidual;
                    yield return new TileVariant(rows, vectors, tail, kind, rows % 3 == 0, true, rows % 2 == 1, vectors % 2 == 0);
                    yield return new TileVariant(rows, vectors, tail, kind, sums, sums || rows % 3 == 0, rows % 2 == 1, vectors % 2 == 0)
                    {
                        HasZeroPoint = rows % 2 == 0, HasResidualZeroPoint = rows % 2 == 1, ClampsSumLow = rows % 4 == 0, ClampsSumHigh = rows % 4 < 2,
                        HasReciprocal = sums, HasFactors = sums && rows % 2 == 0, Overlaps = kernel.CanOverlap,
                    };
                    if (kernel.Type != TileType.UInt8Int8)
                    {
                        yield return new TileVariant(rows, vectors, tail, kind, rows % 3 == 0, true, false, false)
                        {
                            FetchedLines = rows % 5, HasHalf = kernel.HasHalves && tail,
                        };
                    }

                    if (TileEmitter.CanReside(kernel, rows, vectors))
                    {
                        yield return new TileVariant(TileEmitter.ResidentRows(vectors), vectors, tail, kind, rows % 3 == 0, true, rows % 2 == 1, vectors % 2 == 0) { ResidentSteps = rows };
                    }

                }
            }
        }
    }

    // What is pushed is popped, the stack pointer comes back, and the upper halves are cleared before the return.
    private static void CheckBalance(IReadOnlyList<Instruction> code)
    {
        Assert.Equal(code.Count(i => i.Mnemonic == Mnemonic.Push), code.Count(i => i.Mnemonic == Mnemonic.Pop));
        Assert.Equal(code.Where(i => i.Mnemonic == Mnemonic.Push).Select(i => i.Op0Register), code.Where(i => i.Mnemonic == Mnemonic.Pop).Select(i => i.Op0Register).Reverse());
        Assert.Equal(
            code.Where(i => i.Mnemonic == Mnemonic.Sub && i.Op0Register == Register.RSP).Sum(i => (int)i.GetImmediate(1)),
            code.Where(i => i.Mnemonic == Mnemonic.Add && i.Op0Register == Register.RSP).Sum(i => (int)i.GetImmediate(1)));
        Assert.Contains(code, i => i.Mnemonic == Mnemonic.Vzeroupper);
    }
}
