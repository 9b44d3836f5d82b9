using static TorchSharp.torch;

namespace Hone.Torch.GraphModules;

/// <summary>Computes a node's outputs with TorchSharp, so that gradients flow through them.</summary>
/// <param name="call">The node, its inputs and the module's mode.</param>
/// <returns>One tensor for each output of the node; an output that the node leaves out may be missing at the end.</returns>
public delegate Tensor[] NodeExecutor(NodeCall call);
