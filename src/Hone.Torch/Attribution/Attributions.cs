using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Attribution;

/// <summary>Which parts of an input a model's output rests on.</summary>
/// <remarks>
/// The model is any module of one input and one output <c>[N, classes]</c>; it should be in evaluation mode. Methods that need gradients work on captured
/// modules, on <see cref="GraphModules.GraphModule"/> and on <see cref="Qat.QatModule"/>, whose rounding lets gradients through; <see cref="Occlusion"/>
/// works on compiled and quantized models too. The gradients of parameters are left alone.
/// </remarks>
public static class Attributions
{
    /// <summary>The size of the output's gradient at each element (Simonyan et al., "Deep Inside Convolutional Networks", 2013, section 3).</summary>
    /// <param name="model">See above.</param>
    /// <param name="input"><c>[N, ...]</c>, floating-point.</param>
    /// <param name="targets">The class to explain for each sample.</param>
    /// <returns>At least 0, of the input's shape.</returns>
    /// <exception cref="ArgumentException">The number of targets is not the number of samples.</exception>
    public static Tensor Saliency(nn.Module<Tensor, Tensor> model, Tensor input, IReadOnlyList<long> targets)
    {
        CheckTargets(model, input, targets);
        using DisposeScope scope = NewDisposeScope();
        return Gradient(model, input.detach(), targets).abs().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The gradient's mean on the way from a baseline to the input, times their difference: the attributions of a sample add up to what the output changes on
    /// that way (Sundararajan et al., "Axiomatic Attribution for Deep Networks", 2017, section 3).
    /// </summary>
    /// <param name="model">See above.</param>
    /// <param name="input"><c>[N, ...]</c>, floating-point.</param>
    /// <param name="targets">The class to explain for each sample.</param>
    /// <param name="baseline">What counts as nothing, broadcast to the input; null takes zeros.</param>
    /// <param name="steps">Points on the way, at least 1; the midpoint rule is used.</param>
    /// <param name="cancellationToken">Stops between two points.</param>
    /// <returns>Of the input's shape; positive where an element speaks for the target.</returns>
    /// <exception cref="ArgumentException">The number of targets is not the number of samples.</exception>
    public static Tensor IntegratedGradients(
        nn.Module<Tensor, Tensor> model, Tensor input, IReadOnlyList<long> targets, Tensor? baseline = null, int steps = 50, CancellationToken cancellationToken = default)
    {
        CheckTargets(model, input, targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using DisposeScope scope = NewDisposeScope();
        Tensor start = baseline is null ? zeros_like(input) : baseline.expand(input.shape);
        Tensor way = input.detach() - start;
        Tensor sum = zeros_like(input);
        for (int i = 0; i < steps; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using DisposeScope step = NewDisposeScope();
            sum.add_(Gradient(model, start + (way * ((i + 0.5) / steps)), targets));
        }

        return (way * sum / steps).MoveToOuterDisposeScope();
    }

    /// <summary>What the output loses when a window of the input is covered (Zeiler and Fergus, "Visualizing and Understanding
    /// Convolutional Networks", 2014, section 4.2).</summary>
    /// <param name="model">See above; gradients are not needed.</param>
    /// <param name="input"><c>[N, C, H, W]</c>.</param>
    /// <param name="targets">The class to explain for each sample.</param>
    /// <param name="window">Height and width of the window, in pixels; all channels are covered.</param>
    /// <param name="stride">Step of the window, in pixels, at least 1.</param>
    /// <param name="value">What it is covered with.</param>
    /// <param name="cancellationToken">Stops between two windows.</param>
    /// <returns><c>[N, 1, H, W]</c>: the mean loss over the windows that cover the pixel; positive where it speaks for the target.</returns>
    /// <exception cref="ArgumentException">The input is no batch of images, or the number of targets is not the number of samples.</exception>
    public static Tensor Occlusion(
        nn.Module<Tensor, Tensor> model, Tensor input, IReadOnlyList<long> targets, int window = 4, int stride = 2, double value = 0, CancellationToken cancellationToken = default)
    {
        CheckTargets(model, input, targets);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, 1);
        if (input.dim() != 4)
            throw new ArgumentException($"Occlusion needs [N, C, H, W]; the input is [{string.Join(", ", input.shape)}].", nameof(input));
        using IDisposable mode = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (long height, long width) = (input.shape[2], input.shape[3]);
        Tensor whole = Scores(model, input, targets);
        Tensor sum = zeros([input.shape[0], 1, height, width]);
        Tensor count = zeros([1, 1, height, width]);
        for (long top = 0; top < height; top += stride)
        {
            for (long left = 0; left < width; left += stride)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using DisposeScope step = NewDisposeScope();
                (long bottom, long right) = (Math.Min(top + window, height), Math.Min(left + window, width));
                Tensor covered = input.clone();
                Part(covered, top, bottom, left, right).fill_(value);
                Tensor loss = whole - Scores(model, covered, targets);
                Part(sum, top, bottom, left, right).add_(loss.reshape(-1, 1, 1, 1));
                Part(count, top, bottom, left, right).add_(1);
            }
        }

        return (sum / count.clamp(min: 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Where a convolution saw what the output rests on (Selvaraju et al., "Grad-CAM", 2017, section 3).</summary>
    /// <param name="model">See above; a module with submodules.</param>
    /// <param name="layer">A part of the model whose output is <c>[N, C, h, w]</c>, usually its last convolution or block.</param>
    /// <param name="input"><c>[N, C, H, W]</c>.</param>
    /// <param name="targets">The class to explain for each sample.</param>
    /// <returns><c>[N, 1, H, W]</c>, at least 0: the layer's map, enlarged bilinearly to the size of the input.</returns>
    /// <exception cref="ArgumentException">The layer took no part, was used more than once, or gives no maps; or the number of targets is not the number of samples.</exception>
    public static Tensor GradCam(nn.Module<Tensor, Tensor> model, nn.Module<Tensor, Tensor> layer, Tensor input, IReadOnlyList<long> targets)
    {
        CheckTargets(model, input, targets);
        ArgumentNullException.ThrowIfNull(layer);
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> maps = [];
        nn.Module<Tensor, Tensor>.HookRemover hook = layer.register_forward_hook((_, _, output) =>
        {
            // The model may dispose what it is given: it gets a view of what is kept.
            maps.Add(output.alias().DetachFromDisposeScope());
            return maps[^1].alias();
        });
        try
        {
            using IDisposable mode = enable_grad();
            Tensor scores = Scores(model, input.detach().requires_grad_(true), targets);
            if (maps.Count != 1 || maps[0].dim() != 4)
                throw new ArgumentException($"The layer must take part once and give [N, C, h, w]; it took part {maps.Count} times.", nameof(layer));
            Tensor gradient = autograd.grad([scores.sum()], [maps[0]])[0];
            Tensor weights = gradient.mean([2, 3], keepdim: true);
            Tensor map = (weights * maps[0].detach()).sum(1, keepdim: true).relu();
            return nn.functional.interpolate(map, size: input.shape[2..], mode: InterpolationMode.Bilinear, align_corners: false).MoveToOuterDisposeScope();
        }
        finally
        {
            hook.remove();
            maps.ForEach(m => m.Dispose());
        }
    }

    private static Tensor Gradient(nn.Module<Tensor, Tensor> model, Tensor input, IReadOnlyList<long> targets)
    {
        using IDisposable mode = enable_grad();
        Tensor x = input.detach().requires_grad_(true);
        return autograd.grad([Scores(model, x, targets).sum()], [x])[0];
    }

    private static Tensor Scores(nn.Module<Tensor, Tensor> model, Tensor input, IReadOnlyList<long> targets) =>
        model.call(input).gather(1, tensor(targets.ToArray()).unsqueeze(1)).squeeze(1);

    private static Tensor Part(Tensor images, long top, long bottom, long left, long right) =>
        images.slice(2, top, bottom, 1).slice(3, left, right, 1);

    private static void CheckTargets(nn.Module<Tensor, Tensor> model, Tensor input, IReadOnlyList<long> targets)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(targets);
        if (input.dim() == 0 || input.shape[0] != targets.Count)
            throw new ArgumentException($"There are {targets.Count} targets for an input of shape [{string.Join(", ", input.shape)}]; each sample needs one.", nameof(targets));
    }
}
