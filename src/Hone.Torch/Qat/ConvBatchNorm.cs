using Hone.Graphs;
using Hone.Torch.GraphModules.Execution;
using static TorchSharp.torch;

namespace Hone.Torch.Qat;

/// <summary>A convolution and the batch normalization behind it, trained on the weights that the folded convolution will have.</summary>
/// <remarks>
/// PyTorch's <c>nn.intrinsic.qat.ConvBn2d</c> (Krishnamoorthi 2018, section 3.2.2): the weight is scaled by gamma / sqrt(running_var + eps), rounded,
/// convolved, and the scaling is undone before the normalization, which uses the batch's statistics until it is frozen. A gamma of zero, which
/// would divide zero by zero, gives beta.
/// </remarks>
internal static class ConvBatchNorm
{
    /// <summary>A gamma closer to zero is taken as this, so that the scaling can be undone.</summary>
    private const float SmallestGamma = 1e-10f;

    /// <param name="node">Its convolution attributes, <c>epsilon</c> and <c>momentum</c> (ONNX's, of the old value) are read.</param>
    /// <param name="parameters">The tensors of both layers.</param>
    /// <param name="roundWeight">The fake quantization of the scaled weight.</param>
    /// <param name="usesBatchStatistics">In training until frozen; the running statistics are then moved too.</param>
    internal static Tensor Forward(Node node, ConvBatchNormTensors parameters, Func<Tensor, Tensor> roundWeight, bool usesBatchStatistics)
    {
        (Tensor x, Tensor weight, Tensor? bias, Tensor gamma, Tensor beta, Tensor mean, Tensor variance) = parameters;
        float epsilon = node.Attributes.GetFloat("epsilon", 1e-5f);
        Tensor safeGamma = where(gamma.abs() < SmallestGamma, full_like(gamma, SmallestGamma), gamma);
        Tensor factor = safeGamma / (variance + epsilon).sqrt();
        Tensor rounded = roundWeight(weight * PerChannel(factor, 0, weight.dim()));
        Tensor y = ConvolutionExecutors.Convolve(node, x, rounded, null) / PerChannel(factor, 1, x.dim());
        if (bias is not null)
            y = y + PerChannel(bias, 1, x.dim());
        double momentum = 1 - node.Attributes.GetFloat("momentum", 0.9f);
        return nn.functional.batch_norm(y, mean, variance, gamma, beta, usesBatchStatistics, momentum, epsilon);
    }

    private static Tensor PerChannel(Tensor vector, int axis, long rank)
    {
        long[] shape = [.. Enumerable.Repeat(1L, (int)rank)];
        shape[axis] = -1;
        return vector.reshape(shape);
    }
}
