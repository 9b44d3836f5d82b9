namespace Hone.Kernels.Pooling;

/// <summary>Element type and reduction of a pooling.</summary>
internal enum PoolKind
{
    MaxFloat,
    MaxByte,
    MaxSignedByte,
    AverageFloat,
    AverageByte,
}
