namespace Hone.Torch.Native;

/// <summary>Where a convolution's window stands.</summary>
/// <param name="Padding">Of both sides of each spatial dimension.</param>
/// <param name="Strides">Steps of the window.</param>
/// <param name="Dilations">Distance of the window's taps.</param>
/// <param name="Groups">Groups of channels.</param>
internal sealed record ConvolutionWindow(long[] Padding, long[] Strides, long[] Dilations, long Groups);
