using static TorchSharp.torch;

namespace Hone.Torch.Inference;

/// <summary>One step of an <see cref="InferencePlan"/>: reads and writes numbered tensors.</summary>
/// <param name="Compute">Reads its operands from the slots and returns what goes into <paramref name="Outputs"/>.</param>
/// <param name="Reads">Slots of the operands; -1 for one that is left out.</param>
/// <param name="Outputs">Slots to write; -1 for an output that nobody reads.</param>
internal sealed record InferenceStep(Func<Tensor?[], Tensor[]> Compute, int[] Reads, int[] Outputs)
{
    /// <value>Slots that nobody reads after this step.</value>
    internal int[] Released { get; set; } = [];
}
