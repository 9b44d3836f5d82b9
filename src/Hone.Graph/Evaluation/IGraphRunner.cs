using Hone.Tensors;

namespace Hone.Evaluation;

/// <summary>A graph made ready to run.</summary>
/// <remarks>Calibration, error analysis and tests see a runtime only through this interface.</remarks>
public interface IGraphRunner : IDisposable
{
    /// <summary>Runs the graph once.</summary>
    /// <param name="inputs">One tensor for each graph input, by name. They stay the caller's.</param>
    /// <param name="cancellationToken">Stops the run between two nodes.</param>
    /// <returns>The values that were asked for, in that order; the caller disposes them.</returns>
    /// <exception cref="ShapeMismatchException">An input is missing, unknown, or of another type or shape.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    IReadOnlyList<Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken = default);
}
