using Hone.Torch.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Distributed;

/// <summary>Parameters whose gradients travel together in one dense buffer.</summary>
internal sealed class GradientBucket : IDisposable
{
    private readonly Tensor _buffer;
    private readonly Tensor[] _parts;
    private readonly ManualResetEventSlim _arrived = new();
    private Exception? _error;

    /// <param name="parameters">Of one element type.</param>
    internal GradientBucket(IReadOnlyList<Parameter> parameters)
    {
        Parameters = parameters;
        using IDisposable noGradients = no_grad();
        _buffer = zeros(parameters.Sum(p => p.numel()), parameters[0].dtype).DetachFromDisposeScope();
        _parts = new Tensor[parameters.Count];
        long start = 0;
        for (int i = 0; i < _parts.Length; i++)
        {
            _parts[i] = Part(parameters[i], start).DetachFromDisposeScope();
            start += parameters[i].numel();
        }
    }

    internal IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Gathers the gradients; a parameter without one, which took no part in the loss here, counts as zero.</summary>
    internal void Gather()
    {
        using IDisposable noGradients = no_grad();
        for (int i = 0; i < _parts.Length; i++)
        {
            using Tensor? gradient = Parameters[i].grad;
            if (gradient is null)
                _parts[i].zero_();
            else if (TensorData.Pointer(gradient) != TensorData.Pointer(_parts[i]))
                _parts[i].copy_(gradient);
        }

        _error = null;
        _arrived.Reset();
    }

    /// <summary>Averages over the processes; runs on the thread that communicates.</summary>
    internal void Reduce(MpiProcessGroup group)
    {
        try
        {
            using IDisposable noGradients = no_grad();
            group.AllReduceSum(_buffer);
            _buffer.div_(group.WorldSize);
        }
        catch (Exception error)
        {
            _error = error;
        }

        _arrived.Set();
    }

    /// <summary>Waits for the average; the gradients then are parts of the buffer (PyTorch's <c>gradient_as_bucket_view</c>).</summary>
    internal void Scatter(CancellationToken cancellationToken)
    {
        _arrived.Wait(cancellationToken);
        if (_error is not null)
            throw new HoneException($"The gradients could not be averaged over the processes: {_error.Message}", _error);
        for (int i = 0; i < _parts.Length; i++)
            Parameters[i].grad = _parts[i];
    }

    public void Dispose()
    {
        foreach (Tensor part in _parts)
            part.Dispose();
        _buffer.Dispose();
        _arrived.Dispose();
    }

    /// <summary>In the parameter's own order of axes, as autograd gives its gradient: so that copying is a matter of memory alone.</summary>
    private Tensor Part(Parameter parameter, long start)
    {
        bool isDense = parameter.is_contiguous() || MemoryFormats.ChannelsLast.get_is_channels_last(parameter);
        using Tensor range = _buffer.narrow(0, start, parameter.numel());
        return isDense ? range.as_strided(parameter.shape, parameter.stride(), start) : range.view(parameter.shape);
    }
}
