using Hone.Runtime;
using Hone.Tensors;
using Hone.Torch.GraphModules;
using Hone.Torch.Native;
using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;
using Tensor = TorchSharp.torch.Tensor;

namespace Hone.Torch.Inference;

/// <summary>A model on Hone's runtime behind the face of a TorchSharp module, so that serving code changes by one line.</summary>
/// <remarks>It has no parameters and no gradients. Inputs that are dense are read where they lie; outputs are copied. Safe for concurrent calls.</remarks>
public sealed class CompiledModule : nn.Module<Tensor, Tensor>
{
    /// <summary>Compiles a model: captured, imported or quantized.</summary>
    /// <param name="model">Is not changed, and must live as long as the module.</param>
    /// <param name="options">Null for the defaults.</param>
    public CompiledModule(Model model, CompileOptions? options = null)
        : base(nameof(CompiledModule))
    {
        ArgumentNullException.ThrowIfNull(model);
        Compiled = model.Compile(options);
        eval();
    }

    /// <value>What runs; it can describe its plan.</value>
    public CompiledModel Compiled { get; }

    /// <summary>Runs a model of one input and one output.</summary>
    /// <param name="input">On the CPU, of the model's element type.</param>
    /// <exception cref="InvalidOperationException">The model has more inputs or outputs; use <see cref="Execute"/>.</exception>
    public override Tensor forward(Tensor input) => SingleTensorCall.Run(input, Compiled.Inputs.Count, Compiled.Outputs.Count, inputs => Execute(inputs));

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">One tensor for each input, in order.</param>
    /// <param name="cancellationToken">Stops the run between two steps.</param>
    /// <returns>One tensor for each output, in order.</returns>
    /// <exception cref="ArgumentException">The number of inputs is another.</exception>
    /// <exception cref="ShapeMismatchException">An input is of another type or shape than the model takes.</exception>
    public IReadOnlyList<Tensor> Execute(IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken = default)
    {
        SingleTensorCall.CheckInputs(inputs, Compiled.Inputs.Count);
        using IDisposable mode = no_grad();
        Dictionary<string, HoneTensor> feeds = new(StringComparer.Ordinal);
        List<Tensor> dense = [];
        try
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                Tensor contiguous = inputs[i].cpu().contiguous();
                dense.Add(contiguous);
                nint pointer = contiguous.numel() == 0 ? 0 : TensorData.Pointer(contiguous);
                feeds.Add(Compiled.Inputs[i].Name, HoneTensor.OverMemory(contiguous.dtype.ToHone(), new TensorShape(contiguous.shape), pointer, contiguous));
            }

            IReadOnlyDictionary<string, HoneTensor> outputs = Compiled.Run(feeds, cancellationToken);
            try
            {
                return [.. Compiled.Outputs.Select(o => outputs[o.Name].ToTorch())];
            }
            finally
            {
                foreach (HoneTensor output in outputs.Values)
                    output.Dispose();
            }
        }
        finally
        {
            foreach (Tensor tensor in dense)
                tensor.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Compiled.Dispose();
        base.Dispose(disposing);
    }
}
