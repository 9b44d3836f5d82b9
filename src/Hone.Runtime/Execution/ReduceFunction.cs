namespace Hone.Runtime.Execution;

/// <summary>How elements are reduced to one.</summary>
internal enum ReduceFunction
{
    Sum,
    Mean,
    Max,
}
