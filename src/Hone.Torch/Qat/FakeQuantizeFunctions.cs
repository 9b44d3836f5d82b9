using Hone.Torch.Native;
using static TorchSharp.torch;

namespace Hone.Torch.Qat;

/// <summary>PyTorch's <c>torch.fake_quantize_*</c> functions, which TorchSharp does not have.</summary>
public static class FakeQuantizeFunctions
{
    /// <summary>Rounds to a grid with one scale for the tensor; the gradient passes inside the range.</summary>
    /// <param name="input">float32 of any shape.</param>
    /// <param name="scale">float32, one element.</param>
    /// <param name="zeroPoint">int32, one element.</param>
    /// <param name="quantMin">Smallest code.</param>
    /// <param name="quantMax">Largest code.</param>
    public static Tensor FakeQuantizePerTensorAffine(Tensor input, Tensor scale, Tensor zeroPoint, long quantMin, long quantMax) =>
        AtenDispatcher.Call("aten::fake_quantize_per_tensor_affine", "tensor_qparams", input, scale, zeroPoint, quantMin, quantMax);

    /// <summary>Rounds to a grid with one scale for each index along an axis; the gradient passes inside the range.</summary>
    /// <param name="input">float32 of any shape.</param>
    /// <param name="scale">float32, one element for each index.</param>
    /// <param name="zeroPoint">int32, one element for each index.</param>
    /// <param name="axis">From the front.</param>
    /// <param name="quantMin">Smallest code.</param>
    /// <param name="quantMax">Largest code.</param>
    public static Tensor FakeQuantizePerChannelAffine(Tensor input, Tensor scale, Tensor zeroPoint, long axis, long quantMin, long quantMax) =>
        AtenDispatcher.Call("aten::fake_quantize_per_channel_affine", "", input, scale, zeroPoint, axis, quantMin, quantMax);
}
