using System.Collections.Concurrent;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Distributed;

/// <summary>Trains one module in several processes, each on its part of every batch: PyTorch's <c>DistributedDataParallel</c>.</summary>
/// <remarks>
/// Every process has the same parameters. While the backward pass is under way, gradients that are complete are averaged over the processes in buckets,
/// last layer first, on a thread of its own. Call <see cref="SynchronizeGradients"/> after <c>backward()</c> and before the optimizer: then every process
/// takes the step that one process would take with the whole batch, if each has as many samples and the loss is a mean.
/// </remarks>
/// <example>
/// <code>
/// using MpiProcessGroup group = new();
/// using DistributedDataParallel net = new(module, group);
/// loss = cross_entropy(net.call(x), y);
/// loss.backward();
/// net.SynchronizeGradients();
/// optimizer.step();
/// </code>
/// </example>
public sealed class DistributedDataParallel : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> module;
    private readonly MpiProcessGroup _group;
    private readonly DataParallelOptions _options;
    private readonly List<GradientBucket> _buckets = [];
    private readonly List<nn.Module<Tensor, Tensor>.HookRemover> _hooks = [];
    private readonly Dictionary<nn.Module, int> _pendingPasses = [];
    private readonly HashSet<Parameter> _completed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<nn.Module, List<Parameter>> _owned = [];
    private readonly BlockingCollection<GradientBucket> _queue = [];
    private readonly Thread _sender;
    private int _sentCount;

    /// <summary>Wraps a module and gives every process the parameters and buffers of process 0.</summary>
    /// <param name="module">The same in every process, on the CPU; it stays the caller's. Its parameters must not be replaced afterwards.</param>
    /// <param name="group">The processes; it stays the caller's.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">Nothing in the module is trained, or an option is out of its range.</exception>
    public DistributedDataParallel(nn.Module<Tensor, Tensor> module, MpiProcessGroup group, DataParallelOptions? options = null)
        : base(nameof(DistributedDataParallel))
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(group);
        this.module = module;
        _group = group;
        _options = options ?? new DataParallelOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BucketByteCount, 1);
        RegisterComponents();
        using (no_grad())
        {
            foreach (Tensor tensor in module.parameters().Cast<Tensor>().Concat(module.buffers()))
                group.Broadcast(tensor);
        }

        FillBuckets();
        AddBoundaries();
        _sender = new Thread(Send) { IsBackground = true, Name = "gradients" };
        _sender.Start();
    }

    /// <value>How many buckets the gradients are sent in.</value>
    public int BucketCount => _buckets.Count;

    /// <value>How many buckets of the last step were on their way before the backward pass had ended.</value>
    public int OverlappedBucketCount { get; private set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        _pendingPasses.Clear();
        _completed.Clear();
        if (training && _options.BroadcastsBuffers && _group.WorldSize > 1)
        {
            using IDisposable noGradients = no_grad();
            foreach (Tensor buffer in module.buffers())
                _group.Broadcast(buffer);
        }

        return module.call(input);
    }

    /// <summary>Waits until the gradients of all parameters are the averages over the processes. To be called by every process after each backward pass.</summary>
    /// <param name="cancellationToken">Stops waiting; the processes are then no longer in step, so end the job.</param>
    /// <exception cref="HoneException">MPI reported an error.</exception>
    public void SynchronizeGradients(CancellationToken cancellationToken = default)
    {
        OverlappedBucketCount = _sentCount;
        while (_sentCount < _buckets.Count)
            SendNext();
        foreach (GradientBucket bucket in _buckets)
            bucket.Scatter(cancellationToken);
        _sentCount = 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (nn.Module<Tensor, Tensor>.HookRemover hook in _hooks)
                hook.remove();
            _queue.CompleteAdding();
            _sender.Join();
            _queue.Dispose();
            foreach (GradientBucket bucket in _buckets)
                bucket.Dispose();
        }

        // The module is the caller's.
        ClearModules();
        base.Dispose(disposing);
    }

    /// <summary>Last parameters first, as their gradients come first; one element type for each bucket.</summary>
    private void FillBuckets()
    {
        List<Parameter> open = [];
        foreach (Parameter parameter in module.parameters().Reverse().Where(p => p.requires_grad))
        {
            long bytes = open.Sum(p => p.numel() * p.ElementSize);
            if (open.Count > 0 && (open[0].dtype != parameter.dtype || bytes + (parameter.numel() * parameter.ElementSize) > _options.BucketByteCount))
            {
                _buckets.Add(new GradientBucket(open));
                open = [];
            }

            open.Add(parameter);
        }

        if (open.Count == 0)
            throw new ArgumentException("The module has no parameter that is trained.");
        _buckets.Add(new GradientBucket(open));
    }

    private void AddBoundaries()
    {
        foreach (nn.Module<Tensor, Tensor> leaf in module.modules().OfType<nn.Module<Tensor, Tensor>>())
        {
            List<Parameter> owned = [.. leaf.parameters(recurse: false).Where(p => p.requires_grad)];
            if (owned.Count == 0)
                continue;
            _owned.Add(leaf, owned);
            _hooks.Add(leaf.register_forward_pre_hook((_, input) => InsertBoundary(leaf, input)));
        }
    }

    private Tensor InsertBoundary(nn.Module leaf, Tensor input)
    {
        // An input without gradient, such as the images, is passed by no backward pass.
        if (!is_grad_enabled() || !input.requires_grad)
            return input;
        _pendingPasses[leaf] = _pendingPasses.GetValueOrDefault(leaf) + 1;
        return BackwardBoundary.Insert(input, () => Pass(leaf));
    }

    private void Pass(nn.Module leaf)
    {
        // A module that was called twice is done when both calls have been passed.
        if (--_pendingPasses[leaf] > 0)
            return;
        _completed.UnionWith(_owned[leaf]);
        // All processes send in the same order, whatever order the gradients come in.
        while (_sentCount < _buckets.Count && _buckets[_sentCount].Parameters.All(_completed.Contains))
            SendNext();
    }

    private void SendNext()
    {
        GradientBucket bucket = _buckets[_sentCount++];
        bucket.Gather();
        _queue.Add(bucket);
    }

    private void Send()
    {
        foreach (GradientBucket bucket in _queue.GetConsumingEnumerable())
            bucket.Reduce(_group);
    }
}
