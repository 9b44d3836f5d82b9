using static TorchSharp.torch;

namespace Hone.Torch.Distributed;

/// <summary>The identity; calls back when the backward pass goes through it, which is when the gradients of all that came after it are complete.</summary>
/// <remarks>
/// Autograd runs what accumulates gradients before anything else, and of the rest what was created last first. So once this node runs, the module whose
/// input it stands before has all gradients of its parameters.
/// </remarks>
internal sealed class BackwardBoundary : autograd.SingleTensorFunction<BackwardBoundary>
{
    private const string Key = "passed";

    public override string Name => nameof(BackwardBoundary);

    internal static Tensor Insert(Tensor input, Action passed) => apply(input, passed);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(Key, vars[1]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ((Action)ctx.get_data(Key))();
        return [grad_output.alias(), null!];
    }
}
