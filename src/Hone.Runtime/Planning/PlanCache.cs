using Hone.Tensors;

namespace Hone.Runtime.Planning;

/// <summary>The plans for input shapes that were seen; when there are too many, the one unused for longest goes.</summary>
internal sealed class PlanCache(Func<TensorShape[], Plan> make, int capacity) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(TensorShape[] Shapes, Lazy<Plan> Plan)> _byUse = [];

    internal int Count
    {
        get
        {
            lock (_lock)
                return _byUse.Count;
        }
    }

    /// <summary>The plans that are made, the one used last first.</summary>
    internal IReadOnlyList<Plan> Plans
    {
        get
        {
            lock (_lock)
                return [.. _byUse.Where(e => e.Plan.IsValueCreated).Select(e => e.Plan.Value)];
        }
    }

    /// <summary>The plan for inputs of the given shapes; several callers of new shapes wait for one to make it.</summary>
    internal Plan Get(TensorShape[] shapes)
    {
        Lazy<Plan> plan = Find(shapes);
        try
        {
            return plan.Value;
        }
        catch
        {
            // A failure is not kept: the next run of these shapes reports it anew.
            Forget(plan);
            throw;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach ((_, Lazy<Plan> plan) in _byUse)
            {
                if (plan.IsValueCreated)
                    plan.Value.Dispose();
            }

            _byUse.Clear();
        }
    }

    private Lazy<Plan> Find(TensorShape[] shapes)
    {
        lock (_lock)
        {
            for (LinkedListNode<(TensorShape[] Shapes, Lazy<Plan> Plan)>? node = _byUse.First; node is not null; node = node.Next)
            {
                if (!node.Value.Shapes.AsSpan().SequenceEqual(shapes))
                    continue;
                if (node != _byUse.First)
                {
                    _byUse.Remove(node);
                    _byUse.AddFirst(node);
                }

                return node.Value.Plan;
            }

            // A plan that goes may still be running: the garbage collector frees its memory.
            if (_byUse.Count >= capacity)
                _byUse.RemoveLast();
            Lazy<Plan> plan = new(() => make(shapes));
            _byUse.AddFirst((shapes, plan));
            return plan;
        }
    }

    private void Forget(Lazy<Plan> plan)
    {
        lock (_lock)
        {
            for (LinkedListNode<(TensorShape[] Shapes, Lazy<Plan> Plan)>? node = _byUse.First; node is not null; node = node.Next)
            {
                if (node.Value.Plan != plan)
                    continue;
                _byUse.Remove(node);
                return;
            }
        }
    }
}
