using Hone.Kernels.Elementwise;

namespace Hone.Kernels.Convolution;

/// <summary>What follows an fp32 product: <c>y = activation(sum + bias + residual)</c>.</summary>
/// <param name="Activation">Applied last.</param>
/// <param name="AddsResidual">True if every run passes a residual.</param>
public readonly record struct F32Epilogue(Activation Activation = default, bool AddsResidual = false);
