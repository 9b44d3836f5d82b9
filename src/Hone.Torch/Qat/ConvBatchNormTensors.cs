using static TorchSharp.torch;

namespace Hone.Torch.Qat;

/// <summary>What a convolution with a batch normalization behind it reads.</summary>
/// <param name="Input"><c>[N, C, spatial...]</c>.</param>
/// <param name="Weight"><c>[M, C / group, kernel...]</c>.</param>
/// <param name="Bias"><c>[M]</c>, or null.</param>
/// <param name="Gamma">Scale of the normalization, <c>[M]</c>.</param>
/// <param name="Beta">Shift of the normalization, <c>[M]</c>.</param>
/// <param name="RunningMean"><c>[M]</c>; moved in training.</param>
/// <param name="RunningVariance"><c>[M]</c>; moved in training.</param>
internal sealed record ConvBatchNormTensors(Tensor Input, Tensor Weight, Tensor? Bias, Tensor Gamma, Tensor Beta, Tensor RunningMean, Tensor RunningVariance);
