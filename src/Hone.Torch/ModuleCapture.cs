using Hone.Torch.Capture;
using Hone.Torch.Lowering;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch;

/// <summary>Makes a portable model of a TorchSharp module.</summary>
/// <remarks>
/// The module runs in evaluation mode on the example inputs while its calls into TorchSharp are recorded: <c>forward</c> may be any C#.
/// Module, training flags, random state and buffers are afterwards as they were.
/// </remarks>
public static class ModuleCapture
{
    /// <summary>Captures a module of one tensor input.</summary>
    /// <param name="module">The module.</param>
    /// <param name="exampleInput">A typical input; by default its first axis is the batch, of any size.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="CaptureException">The module cannot be captured as it is written.</exception>
    /// <exception cref="UnsupportedOperatorException">It uses operations without a lowering; all of them are listed.</exception>
    public static Model Capture(this nn.Module module, Tensor exampleInput, CaptureOptions? options = null) =>
        module.Capture([exampleInput], options);

    /// <summary>Captures a module of any inputs.</summary>
    /// <param name="module">The module.</param>
    /// <param name="exampleInputs">
    /// The arguments of <c>forward</c>: tensors, tuples and lists of tensors, null for optional ones, or plain values, which become constants.
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <inheritdoc cref="Capture(nn.Module, Tensor, CaptureOptions)" path="/exception"/>
    public static Model Capture(this nn.Module module, IReadOnlyList<object?> exampleInputs, CaptureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(exampleInputs);
        options ??= new CaptureOptions();
        ForwardMethod forward = ForwardMethod.Find(module, exampleInputs);
        DynamicInputs inputs = new(forward, options);
        CaptureSession session = new(module, options.Lowerings);
        using IDisposable held = Pruning.Prune.Hold(module);
        Trace trace = ModuleState.Preserve(module, session, checkState => TraceAll(session, inputs, checkState));
        return new Model(
            TraceLowering.Lower(trace, inputs.Dimensions, options, module.GetName()),
            new ModelMetadata { ProducerName = "Hone", ProducerVersion = typeof(ModuleCapture).Assembly.GetName().Version?.ToString(3) ?? "" });
    }

    private static Trace TraceAll(CaptureSession session, DynamicInputs inputs, Action checkState)
    {
        List<TraceAtSize> traces = [];
        foreach (IReadOnlyList<long> sizes in inputs.SizesToTrace())
        {
            // Everything a run creates is freed with it, but for the shapes and the parameters that the trace keeps.
            using DisposeScope scope = NewDisposeScope();
            (object?[] arguments, IReadOnlyList<(string, Tensor)> tensors) = inputs.Resize(sizes);
            traces.Add(new TraceAtSize(Run(session, inputs, arguments, tensors, sizes), sizes));
            checkState();
        }

        return TraceMerger.Merge(traces, inputs.Dimensions);
    }

    private static Trace Run(CaptureSession session, DynamicInputs inputs, object?[] arguments, IReadOnlyList<(string, Tensor)> tensors, IReadOnlyList<long> sizes)
    {
        try
        {
            return session.Run(inputs.Forward.Method, arguments, tensors);
        }
        catch (AggregateException error) when (error.Flatten().InnerExceptions.OfType<CaptureException>().FirstOrDefault() is { } inner)
        {
            // Of a task or a parallel loop; what they wrap is the message that matters.
            throw new CaptureException(inner.Message, error);
        }
        catch (Exception error) when (error is not HoneException and not OutOfMemoryException)
        {
            throw new CaptureException(inputs.DescribeFailure(sizes, error), error);
        }
    }
}
