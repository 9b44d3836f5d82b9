using Hone.Tensors;

namespace Hone.Quantization;

/// <summary>The tensors of a run, disposed together.</summary>
internal readonly struct TensorList(IReadOnlyList<Tensor> tensors) : IDisposable
{
    internal Tensor this[int index] => tensors[index];

    public void Dispose()
    {
        foreach (Tensor tensor in tensors)
            tensor.Dispose();
    }
}
