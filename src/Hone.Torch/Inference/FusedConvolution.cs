using Hone.Graphs;
using Hone.Torch.Native;
using HoneTensor = Hone.Tensors.Tensor;

namespace Hone.Torch.Inference;

/// <summary>A convolution of constant weights with what libtorch can do in the same pass.</summary>
/// <param name="Input">What is convolved.</param>
/// <param name="Weight">float32 <c>[out, in / groups, kernel...]</c>.</param>
/// <param name="Bias">Constant, or null.</param>
/// <param name="Window">Where the window stands.</param>
/// <param name="Addend">A value of the output's shape that is added, or null.</param>
/// <param name="Activation">Applied last.</param>
/// <param name="Output">The value that the whole computes.</param>
/// <param name="InputShape">The input's shape with 1 for what is not known.</param>
internal sealed record FusedConvolution(
    Value Input, HoneTensor Weight, Value? Bias, ConvolutionWindow Window, Value? Addend, FusedActivation Activation, Value Output, long[] InputShape);
