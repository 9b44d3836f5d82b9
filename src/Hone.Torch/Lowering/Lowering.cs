namespace Hone.Torch.Lowering;

/// <summary>Writes one recorded call as graph nodes: reads its arguments from the context and sets its results there.</summary>
/// <exception cref="UnsupportedLoweringException">These arguments have no counterpart; the reason goes into the list of what is missing.</exception>
public delegate void Lowering(LoweringContext context);
