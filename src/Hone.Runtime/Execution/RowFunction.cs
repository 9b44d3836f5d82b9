namespace Hone.Runtime.Execution;

/// <summary>A function of a whole row.</summary>
internal enum RowFunction
{
    Softmax,
    LogSoftmax,
    Layer,
    RootMeanSquare,
}
