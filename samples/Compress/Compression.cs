using FashionMnist;
using Hone;
using Hone.Compression.Channels;
using Hone.Runtime;
using Hone.Samples;
using Hone.Torch;
using Hone.Torch.Checkpoints;
using Hone.Torch.Distillation;
using Hone.Torch.GraphModules;
using Hone.Torch.Inference;
using Hone.Torch.Qat;
using static TorchSharp.torch;

namespace Compress;

/// <summary>Train, prune, fine-tune beside the teacher, train for int8. A stage whose model is already there is not run again.</summary>
internal sealed class Compression(PipelineOptions options, RunFiles files, Tensor images, Tensor labels, Tensor testImages, Tensor testLabels)
{
    private const int BatchSize = 128;
    private const double LearningRate = 0.003;
    private const double FineTuningLearningRate = 0.004;
    private const double QatLearningRate = 0.0005;
    private const double WeightDecay = 1e-5;
    private const double Temperature = 4;

    internal void Run(CancellationToken cancellationToken)
    {
        using nn.Module<Tensor, Tensor> teacher = Teacher.Create(options, files) ?? Teach(cancellationToken);
        using Tensor example = testImages.slice(0, 0, 2, 1);
        Model captured = options.Teacher is null ? teacher.Capture(example) : Model.Load(options.Teacher);
        captured.Optimize(cancellationToken: cancellationToken).Save(files.Float);

        // The least important channels leave the graph, through the residual additions; batch normalizations stay for training.
        ChannelPlan plan = captured.PlanChannelPruning(new ChannelPruningOptions { Ratio = options.Ratio });
        foreach (ChannelGroup group in plan.Groups)
            Console.WriteLine($"prune: {group}");
        Model pruned = new(plan.Shrink(), captured.Metadata);
        pruned.Optimize(cancellationToken: cancellationToken).Save(files.Pruned);

        // Compiled, the teacher answers several times faster than on libtorch.
        using CompiledModule answers = new(captured, new CompileOptions { Threads = options.Threads });
        FineTune(answers, pruned, cancellationToken);
        TrainForInt8(answers, cancellationToken);
    }

    /// <summary>The ordinary training of the large network.</summary>
    private SmallResNet Teach(CancellationToken cancellationToken)
    {
        SmallResNet teacher = new(options.Width);
        Trainer trainer = new(images, labels, BatchSize);
        trainer.Train(
            teacher,
            options.Epochs,
            LearningRate,
            options.Seed,
            epoch => Tell("teacher", epoch.Number, options.Epochs, teacher),
            checkpoint: files.Checkpoint("teacher"),
            cancellationToken: cancellationToken);
        teacher.save(files.Teacher);
        teacher.eval();
        return teacher;
    }

    /// <summary>What is left learns from the answers of the teacher, at the cost of the small network.</summary>
    private void FineTune(nn.Module<Tensor, Tensor> teacher, Model pruned, CancellationToken cancellationToken)
    {
        if (File.Exists(files.Student))
            return;
        using GraphModule student = new(pruned);
        Distil("fine-tune", teacher, student, options.FineTuningEpochs, FineTuningLearningRate, null, cancellationToken);
        Model fineTuned = student.ToModel();
        fineTuned.Optimize(cancellationToken: cancellationToken).Save(files.FineTuned);
        fineTuned.Save(files.Student);
    }

    /// <summary>Still beside the teacher; ranges and statistics settle in the last epoch.</summary>
    private void TrainForInt8(nn.Module<Tensor, Tensor> teacher, CancellationToken cancellationToken)
    {
        if (File.Exists(files.Int8))
            return;
        using QatModule qat = QatModule.Prepare(Model.Load(files.Student));
        Distil("int8", teacher, qat, options.QatEpochs, QatLearningRate, qat, cancellationToken);
        qat.Convert().Save(files.Int8);
    }

    /// <summary>Goes on from the stage's checkpoint, if there is one.</summary>
    private void Distil(
        string name, nn.Module<Tensor, Tensor> teacher, nn.Module<Tensor, Tensor> student, int epochs, double learningRate, QatModule? qat, CancellationToken cancellationToken)
    {
        StudentBatches batches = new(images, labels, BatchSize, options.Seed);
        using optim.Optimizer optimizer = optim.Adam(student.parameters(), learningRate, weight_decay: WeightDecay);
        string checkpoint = files.Checkpoint(name);
        int done = File.Exists(checkpoint) ? TrainingCheckpoint.Load(checkpoint, student, optimizer).Epoch : 0;
        long firstStep = done * batches.Count;
        CosineSchedule.Apply(optimizer, learningRate, firstStep, epochs * batches.Count);
        DistillationTrainer trainer = new(teacher, student, DistillationLoss.Logits(0.9, Temperature), DistillationLoss.Labels(0.1))
        {
            AfterStep = step => CosineSchedule.Apply(optimizer, learningRate, firstStep + step, epochs * batches.Count),
            AfterEpoch = epoch =>
            {
                Tell(name, epoch, epochs, student);
                if (epoch == epochs - 1)
                {
                    qat?.FreezeObservers();
                    qat?.FreezeBatchNorm();
                }

                TrainingCheckpoint.Save(checkpoint, student, optimizer, new TrainingProgress(epoch, epoch * batches.Count));
            },
        };
        trainer.Train(batches.Of, optimizer, epochs, done + 1, cancellationToken: cancellationToken);
        student.eval();
    }

    private void Tell(string name, int epoch, int epochs, nn.Module<Tensor, Tensor> module) =>
        Console.WriteLine($"{name}: epoch {epoch} of {epochs}, accuracy {TorchEvaluation.Accuracy(module, testImages, testLabels).Accuracy:P2}");
}
