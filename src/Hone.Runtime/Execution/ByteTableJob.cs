using Hone.Kernels.Quantization;
using Hone.Kernels.Threading;

namespace Hone.Runtime.Execution;

/// <summary>Maps bytes through a table.</summary>
internal unsafe struct ByteTableJob : IParallelJob
{
    internal byte* Table;
    internal byte* Source;
    internal byte* Target;
    internal nint Count;

    public readonly void Execute(int item) =>
        ByteTable.Map(Table, Source + item * ElementBlocks.Size, Target + item * ElementBlocks.Size, ElementBlocks.Length(item, Count));
}
