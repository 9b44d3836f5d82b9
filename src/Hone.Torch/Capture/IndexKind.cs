namespace Hone.Torch.Capture;

/// <summary>The kinds of index that TorchSharp's <c>TensorIndex</c> can hold, under its own names and in its order.</summary>
internal enum IndexKind
{
    None,
    Single,
    Null,
    Ellipsis,
    Bool,
    Tensor,
    Slice,
}
