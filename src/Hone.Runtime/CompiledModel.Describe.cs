using Hone.Runtime.Planning;
using Hone.Runtime.Profiling;
using Hone.Tensors;

namespace Hone.Runtime;

public sealed partial class CompiledModel
{
    /// <summary>The plans that were made so far, the one used last first, with the time of every step when <see cref="CompileOptions.Profiles"/> is on.</summary>
    public IReadOnlyList<PlanProfile> Profile() => [.. _plans.Plans.Select(ProfileOf)];

    /// <summary>
    /// The plan used last as text: for every step the kernel, the operators that it computes, the node, what comes out and how much memory it moves, and
    /// which nodes have no fast kernel. Before the first run of a model of variable shapes there is no plan yet.
    /// </summary>
    public string Describe() =>
        Profile() is [{ } latest, ..] ? PlanText.Write(latest, PackedByteCount) : $"No plan yet: run the model, or describe it for shapes of {string.Join(", ", Inputs)}.\n";

    /// <summary>The plan for inputs of the given shapes as text.</summary>
    /// <param name="inputShapes">One shape per input, in order.</param>
    /// <exception cref="ShapeMismatchException">The number of shapes is not that of the inputs, or one does not fit its input.</exception>
    public string Describe(IReadOnlyList<TensorShape> inputShapes)
    {
        ArgumentNullException.ThrowIfNull(inputShapes);
        if (inputShapes.Count != Inputs.Count)
            throw new ShapeMismatchException("The description", $"{Inputs.Count} shapes", $"{inputShapes.Count}");
        for (int i = 0; i < Inputs.Count; i++)
        {
            if (Inputs[i].Shape?.Accepts(inputShapes[i]) == false)
                throw new ShapeMismatchException($"Input '{Inputs[i].Name}'", Inputs[i].ToString(), inputShapes[i].ToString());
        }

        _lifetime.Enter();
        try
        {
            return PlanText.Write(ProfileOf(_plans.Get([.. inputShapes])), PackedByteCount);
        }
        finally
        {
            _lifetime.Leave();
        }
    }

    private static PlanProfile ProfileOf(Plan plan) => new(
        [.. plan.Inputs.Select(i => i.Shape!)],
        plan.ArenaByteCount,
        [.. plan.Times().Select(t => new StepProfile(t.Step.Name, t.Step.Operators, t.Step.KernelId, t.Runs, t.Time, t.Step.ByteCount, t.Step.IsReference, t.Step.Result))])
    {
        PaddingReport = plan.PaddingReport,
    };
}
