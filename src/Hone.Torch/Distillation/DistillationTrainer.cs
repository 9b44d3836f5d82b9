using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Distillation;

/// <summary>The training loop of a student beside its teacher.</summary>
/// <remarks>The teacher runs in evaluation mode without gradients and is not changed; its training flag comes back at the end.</remarks>
/// <param name="teacher">The trained network.</param>
/// <param name="student">The network to train; changed in place.</param>
/// <param name="losses">The mix; at least one.</param>
public sealed class DistillationTrainer(nn.Module<Tensor, Tensor> teacher, nn.Module<Tensor, Tensor> student,
    params IReadOnlyList<DistillationLoss> losses)
{
    /// <value>What the optimizer must train: the student, and the projections of the losses.</value>
    public IEnumerable<TorchSharp.Modules.Parameter> Parameters => student.parameters().Concat(losses.SelectMany(l => l.Trained?.parameters() ?? []));

    /// <value>Called after each step, with the number of steps done: for a learning rate schedule, or pruning a little more.</value>
    public Action<long>? AfterStep { get; init; }

    /// <value>Called after each epoch, counted from 1: for checkpoints and evaluation. The student is in training mode again afterwards.</value>
    public Action<int>? AfterEpoch { get; init; }

    /// <summary>Trains for some epochs.</summary>
    /// <param name="batches">The batches of an epoch, counted from 1: inputs and labels. They are disposed after their step.</param>
    /// <param name="optimizer">Over <see cref="Parameters"/>.</param>
    /// <param name="epochs">How many.</param>
    /// <param name="firstEpoch">The epoch to begin with, to resume from a checkpoint of <see cref="AfterEpoch"/>.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <exception cref="InvalidOperationException">The loss became NaN or infinite.</exception>
    public void Train(
        Func<int, IEnumerable<(Tensor Inputs, Tensor Labels)>> batches,
        optim.Optimizer optimizer,
        int epochs,
        int firstEpoch = 1,
        IProgress<DistillationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentOutOfRangeException.ThrowIfZero(losses.Count);
        bool wasTraining = teacher.training;
        teacher.eval();
        using HiddenStates studentStates = new(student, [.. losses.SelectMany(l => l.StudentParts).Distinct()]);
        using HiddenStates teacherStates = new(teacher, [.. losses.SelectMany(l => l.TeacherParts).Distinct()]);
        long step = 0;
        try
        {
            for (int epoch = firstEpoch; epoch <= epochs; epoch++)
            {
                student.train();
                foreach ((Tensor inputs, Tensor labels) in batches(epoch))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    float loss = Step(inputs, labels, optimizer, studentStates, teacherStates);
                    step++;
                    progress?.Report(new DistillationProgress(epoch, step, loss));
                    AfterStep?.Invoke(step);
                }

                AfterEpoch?.Invoke(epoch);
            }
        }
        finally
        {
            teacher.train(wasTraining);
        }
    }

    private float Step(Tensor inputs, Tensor labels, optim.Optimizer optimizer, HiddenStates studentStates, HiddenStates teacherStates)
    {
        using DisposeScope scope = NewDisposeScope();
        using (inputs)
        using (labels)
        {
            Tensor answer;
            using (no_grad())
                answer = teacher.call(inputs);
            DistillationContext context = new(student.call(inputs), answer, labels, studentStates, teacherStates);
            Tensor loss = losses.Select(l => l.Compute(context) * l.Weight).Aggregate((a, b) => a + b);
            float value = loss.item<float>();
            if (!float.IsFinite(value))
                throw new InvalidOperationException($"The loss became {value}: lower the learning rate, or look for infinite inputs.");
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            return value;
        }
    }
}
