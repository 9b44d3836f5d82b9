namespace Hone.Kernels.Normalization;

/// <summary>A function of a whole row.</summary>
internal enum RowFunction
{
    Softmax,
    LogSoftmax,
    Layer,
    RootMeanSquare,
}
