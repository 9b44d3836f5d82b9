namespace Hone.Kernels.Threading;

/// <summary>Work that a <see cref="WorkerPool"/> splits: independent items with the numbers 0, 1, 2, ...</summary>
public interface IParallelJob
{
    /// <summary>Does one item. Called from several threads at once, each item exactly once, in no fixed order.</summary>
    /// <param name="item">Number of the item.</param>
    void Execute(int item);
}
