using Hone.Tensors;

namespace Hone.Generation.Checkpoints;

/// <summary>The weights of a checkpoint; matrices lie as <c>[outputs, inputs]</c>, one for each layer where there are several.</summary>
internal sealed record Llama2Weights(
    Tensor Embedding,
    Tensor[] AttentionNorm,
    Tensor[] Query,
    Tensor[] Key,
    Tensor[] Value,
    Tensor[] AttentionOutput,
    Tensor[] FeedForwardNorm,
    Tensor[] Gate,
    Tensor[] Down,
    Tensor[] Up,
    Tensor Norm,
    Tensor Output);
