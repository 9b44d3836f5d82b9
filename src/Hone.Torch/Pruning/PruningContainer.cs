using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Pruning;

/// <summary>The methods that were applied to one parameter, one after the other (PyTorch's <c>PruningContainer</c>).</summary>
/// <remarks>Each method works on what its predecessors left: half of what is left of a half is a quarter of the whole.</remarks>
public sealed class PruningContainer
{
    private readonly List<PruningMethod> _methods = [];

    /// <value>The methods in the order in which they were applied.</value>
    public IReadOnlyList<PruningMethod> Methods => _methods;

    /// <summary>Applies one method more.</summary>
    /// <param name="method">The method.</param>
    /// <param name="importance">The importance of each element.</param>
    /// <param name="mask">The mask so far; not changed.</param>
    /// <returns>The new mask.</returns>
    public Tensor Add(PruningMethod method, Tensor importance, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(importance);
        ArgumentNullException.ThrowIfNull(mask);
        _methods.Add(method);
        using IDisposable gradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor result = method.Type switch
        {
            PruningType.Unstructured => Elements(method, importance, mask),
            PruningType.Structured => Slices(method, importance, mask),
            _ => method.ComputeMask(importance, mask),
        };
        return result.MoveToOuterDisposeScope();
    }

    private static Tensor Elements(PruningMethod method, Tensor importance, Tensor mask)
    {
        Tensor left = mask.flatten().nonzero().flatten();
        Tensor partial = method.ComputeMask(importance.flatten().index_select(0, left), mask.flatten().index_select(0, left));
        return mask.flatten().clone().index_copy_(0, left, partial).view(mask.shape);
    }

    private static Tensor Slices(PruningMethod method, Tensor importance, Tensor mask)
    {
        int rank = (int)mask.dim();
        int dim = method.Dim < 0 ? method.Dim + rank : method.Dim;
        if (rank < 2 || dim < 0 || dim >= rank)
            return method.ComputeMask(importance, mask); // which says what is wrong
        Tensor left = mask.transpose(0, dim).flatten(1).any(1).nonzero().flatten();
        Tensor partial = method.ComputeMask(importance.index_select(dim, left), mask.index_select(dim, left));
        return mask.clone().index_copy_(dim, left, partial);
    }
}
