using static TorchSharp.torch;

namespace Hone.Samples;

/// <summary>The learning rate goes up for a tenth of the training, then down along a cosine. A function of the step, so that a training can resume.</summary>
internal static class CosineSchedule
{
    /// <param name="optimizer">Whose next step is meant.</param>
    /// <param name="peak">The highest learning rate.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="steps">Steps of the whole training.</param>
    internal static void Apply(optim.Optimizer optimizer, double peak, long step, long steps)
    {
        double warmUp = Math.Max(1, steps / 10);
        double factor = step < warmUp ? (step + 1) / warmUp : 0.5 * (1 + Math.Cos(Math.PI * (step - warmUp) / (steps - warmUp)));
        foreach (optim.ILearningRateController parameters in optimizer.ParamGroups)
            parameters.LearningRate = peak * factor;
    }
}
