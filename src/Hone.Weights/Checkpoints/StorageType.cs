using Hone.Tensors;

namespace Hone.Weights.Checkpoints;

/// <summary>A storage class of PyTorch, such as <c>torch.FloatStorage</c>.</summary>
internal sealed record StorageType(DataType Type);
