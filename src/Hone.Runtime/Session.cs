using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime;

/// <summary>Input and output tensors bound to one arena, for running the same shapes again and again.</summary>
/// <remarks>
/// After the first run a run allocates no managed memory, as long as every step has a fast kernel (see <see cref="CompiledModel.Describe()"/>).
/// One run at a time; for concurrent runs make several sessions.
/// </remarks>
public sealed class Session : IDisposable
{
    private readonly Plan _plan;
    private readonly Lifetime _lifetime;
    private readonly Frame _frame;
    private readonly Tensor[] _inputs;
    private readonly Tensor?[] _planned;
    private readonly Tensor[] _outputs;
    private int _isRunning;
    private bool _isDisposed;

    internal Session(Plan plan, Tensor[] inputs, Lifetime lifetime)
    {
        _plan = plan;
        _inputs = inputs;
        _lifetime = lifetime;
        _frame = plan.Rent();
        _planned = PlanRun.NewOutputs(plan);
        _outputs = new Tensor[_planned.Length];
        _planned.CopyTo(_outputs, 0);
    }

    /// <value>The outputs of the last run, in order. Those of shapes that are known keep their memory: each run writes to it anew.</value>
    public IReadOnlyList<Tensor> Outputs => _outputs;

    /// <summary>An output of the last run by name.</summary>
    /// <exception cref="ShapeMismatchException">There is no such output.</exception>
    public Tensor Output(string name)
    {
        for (int i = 0; i < _outputs.Length; i++)
        {
            if (_plan.Outputs[i].Value.Name == name)
                return _outputs[i];
        }

        throw new ShapeMismatchException("The session", $"one of the outputs {string.Join(", ", _plan.Outputs.Select(o => o.Value.Name))}", name);
    }

    /// <summary>Runs the model on what the input tensors hold now.</summary>
    /// <param name="cancellationToken">Stops the run between two steps.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The session is running already.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public void Run(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            throw new InvalidOperationException("The session is running already; make one session per concurrent run.");
        try
        {
            PlanRun.Execute(_plan, _frame, _inputs, _planned, cancellationToken);
            if (_plan.DynamicCount > 0)
                TakeDynamicOutputs();
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    /// <summary>Gives the arena back and frees the output tensors.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        foreach (Tensor? output in _outputs)
            output?.Dispose();
        _plan.Return(_frame);
        _lifetime.Leave();
    }

    private void TakeDynamicOutputs()
    {
        for (int i = 0; i < _outputs.Length; i++)
        {
            if (_planned[i] is not null)
                continue;
            _outputs[i]?.Dispose();
            _outputs[i] = _frame.TakeDynamicTensor(_plan.Outputs[i].DynamicIndex);
        }

        _frame.ClearDynamicTensors();
    }
}
