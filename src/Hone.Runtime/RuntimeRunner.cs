using Hone.Evaluation;
using Hone.Tensors;

namespace Hone.Runtime;

/// <summary>A compiled graph behind the interface of engines.</summary>
internal sealed class RuntimeRunner(CompiledModel model) : IGraphRunner
{
    public IReadOnlyList<Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs, CancellationToken cancellationToken = default) =>
        model.RunInOrder(inputs, cancellationToken);

    public void Dispose() => model.Dispose();
}
