using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Distributed;

/// <summary>Parameters whose gradients travel together in one dense buffer.</summary>
internal sealed class GradientBucket : IDisposable
{
    private readonly Tensor _buffer;
    private readonly ManualResetEventSlim _arrived = new();
    private Exception? _error;

    /// <param name="parameters">Of one element type.</param>
    internal GradientBucket(IReadOnlyList<Parameter> parameters)
    {
        Parameters = parameters;
        _buffer = zeros(parameters.Sum(p => p.numel()), parameters[0].dtype).DetachFromDisposeScope();
    }

    internal IReadOnlyList<Parameter> Parameters { get; }

    internal bool IsSent { get; private set; }

    /// <summary>Gathers the gradients; a parameter without one, which took no part in the loss here, counts as zero.</summary>
    internal void Gather()
    {
        using IDisposable noGradients = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        long start = 0;
        foreach (Parameter parameter in Parameters)
        {
            Tensor part = _buffer.narrow(0, start, parameter.numel());
            if (parameter.grad is { } gradient)
                part.copy_(gradient.reshape(-1));
            else
                part.zero_();
            start += parameter.numel();
        }

        IsSent = true;
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

    /// <summary>Waits for the average and puts it in the place of the gradients.</summary>
    internal void Scatter(CancellationToken cancellationToken)
    {
        _arrived.Wait(cancellationToken);
        IsSent = false;
        if (_error is not null)
            throw new HoneException($"The gradients could not be averaged over the processes: {_error.Message}", _error);
        using IDisposable noGradients = no_grad();
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        long start = 0;
        foreach (Parameter parameter in Parameters)
        {
            Tensor part = _buffer.narrow(0, start, parameter.numel()).view(parameter.shape);
            if (parameter.grad is { } gradient)
                gradient.copy_(part);
            else
                parameter.grad = part.clone();
            start += parameter.numel();
        }
    }

    public void Dispose()
    {
        _buffer.Dispose();
        _arrived.Dispose();
    }
}
