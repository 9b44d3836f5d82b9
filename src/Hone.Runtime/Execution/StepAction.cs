namespace Hone.Runtime.Execution;

/// <summary>What a step does in a run. Bound to sizes and operands when the plan is made; allocates nothing.</summary>
/// <param name="frame">The addresses of the run.</param>
internal delegate void StepAction(Frame frame);
