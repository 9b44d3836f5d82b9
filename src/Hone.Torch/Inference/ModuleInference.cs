using Hone.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Inference;

/// <summary>Turns trained modules into fast ones.</summary>
public static class ModuleInference
{
    /// <summary>A frozen copy of the module that runs on libtorch: folded, channels-last, packed and fused. See <see cref="InferenceModule"/>.</summary>
    /// <param name="module">Is not changed; later training does not reach the copy.</param>
    /// <param name="exampleInput">A typical input; its first axis is the batch, of any size.</param>
    /// <param name="options">How to capture; null for the defaults.</param>
    /// <exception cref="CaptureException">The module cannot be captured as it is written.</exception>
    /// <exception cref="UnsupportedOperatorException">It uses operations that cannot be executed; all of them are listed.</exception>
    public static InferenceModule OptimizeForInference(this nn.Module module, Tensor exampleInput, CaptureOptions? options = null) =>
        new(module.Capture(exampleInput, options).Optimize());

    /// <summary>A frozen copy of the encoder that computes real tokens only, on libtorch. See <see cref="RaggedTransformerEncoder"/>.</summary>
    /// <param name="encoder">Is not changed; later training does not reach the copy.</param>
    public static RaggedTransformerEncoder RemovePadding(this TransformerEncoder encoder) => new(encoder);

    /// <inheritdoc cref="RemovePadding(TransformerEncoder)"/>
    /// <param name="layer">Is not changed; later training does not reach the copy.</param>
    public static RaggedTransformerEncoder RemovePadding(this TransformerEncoderLayer layer) => new(layer);

    /// <summary>A frozen copy of the module that runs on Hone's runtime: <c>torch.compile</c> for inference. See <see cref="CompiledModule"/>.</summary>
    /// <param name="module">Is not changed; later training does not reach the copy.</param>
    /// <param name="exampleInput">A typical input; its first axis is the batch, of any size.</param>
    /// <param name="compile">How to compile; null for the defaults.</param>
    /// <param name="capture">How to capture; null for the defaults.</param>
    /// <exception cref="CaptureException">The module cannot be captured as it is written.</exception>
    /// <exception cref="UnsupportedOperatorException">It uses operations without a lowering; all of them are listed.</exception>
    public static CompiledModule Compile(this nn.Module module, Tensor exampleInput, CompileOptions? compile = null, CaptureOptions? capture = null) =>
        new(module.Capture(exampleInput, capture), compile);
}
