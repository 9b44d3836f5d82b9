using System.Reflection;
using System.Reflection.Emit;
using Hone.Torch.Lowering;
using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>One capture: owns the clones, runs the module through them, and records what TorchSharp is called for.</summary>
internal sealed class CaptureSession
{
    [ThreadStatic]
    private static CaptureSession? s_current;

    private readonly nn.Module _root;
    private readonly LoweringTable _lowerings;
    private readonly MethodCloner _cloner;
    private readonly List<CallSite> _sites = [];
    private readonly Dictionary<nn.Module, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<string> _path = [];
    private TensorRegistry _tensors = new();
    private List<TracedCall> _calls = [];

    /// <param name="root">The module.</param>
    /// <param name="lowerings">Tells which modules and methods are recorded as one call instead of being entered.</param>
    public CaptureSession(nn.Module root, LoweringTable lowerings)
    {
        _root = root;
        _lowerings = lowerings;
        _cloner = new MethodCloner(this);
        foreach ((string name, nn.Module module) in root.named_modules())
            _paths.TryAdd(module, name);
        foreach ((string name, nn.Module module) in root.named_modules().Prepend(("", root)))
            RefuseScript(name, module);
    }

    /// <summary>Runs the module once and returns what it did.</summary>
    /// <param name="forward">The method to run.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="inputs">The tensors among them, in order, with their names.</param>
    public Trace Run(MethodInfo forward, object?[] arguments, IReadOnlyList<(string Name, Tensor Tensor)> inputs)
    {
        _tensors = new TensorRegistry();
        _calls = [];
        TraceValue[] inputValues = new TraceValue[inputs.Count];
        foreach ((string name, Tensor buffer) in _root.named_buffers())
            _tensors.AddState(buffer, new TraceValue(TraceValueKind.Buffer, name, buffer, dependsOnInput: false));
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in _root.named_parameters())
            _tensors.AddState(parameter, new TraceValue(TraceValueKind.Parameter, name, parameter, dependsOnInput: false));
        foreach ((string name, Tensor masked) in Pruning.Prune.EffectiveParameters(_root))
            _tensors.AddState(masked, new TraceValue(TraceValueKind.Parameter, name, masked, dependsOnInput: false));
        for (int i = 0; i < inputValues.Length; i++)
        {
            inputValues[i] = new TraceValue(TraceValueKind.Input, inputs[i].Name, inputs[i].Tensor, dependsOnInput: true);
            _tensors.Add(inputs[i].Tensor, inputValues[i]);
        }

        CaptureSession? outer = s_current;
        s_current = this;
        try
        {
            object? result = _lowerings.HasModule(_root) ? RunWhole(forward, arguments) : Invoke(forward, [_root, .. arguments]);
            string location = $"the result of {forward.DeclaringType?.Name}.{forward.Name}";
            (TraceValue[] outputs, string?[] names) = ModuleOutputs.Flatten(result, tensor => Identify(tensor, location));
            return new Trace(inputValues, _calls, outputs, names);
        }
        finally
        {
            s_current = outer;
            _path.Clear();
        }
    }

    /// <summary>Called by stubs before a call; returns whether the session has made the call itself.</summary>
    public static bool BeforeCall(int site, object?[] arguments, out object? result) => Current().Before(site, arguments, out result);

    /// <summary>Called by stubs after a real call.</summary>
    public static void AfterCall(int site, object?[] arguments, object? result)
    {
        CaptureSession session = Current();
        CallSite call = session._sites[site];
        MethodInfo method = call.Target;
        if (method.Name == "Invoke" && arguments[0] is Delegate { Method: { } invoked } function && (UserCode.IsTorchSharp(invoked) || session.IsKeptWhole(invoked)))
        {
            method = invoked;
            arguments = invoked.IsStatic ? arguments[1..] : [function.Target, .. arguments[1..]];
        }

        bool isModule = arguments.Length > 0 && arguments[0] is nn.Module module && session._lowerings.HasModule(module);
        if (isModule || UserCode.IsTorchSharp(method) || session.IsKeptWhole(method))
            session.Record(call, method, arguments, result);
    }

    /// <summary>Whether a method of the user is recorded as one call.</summary>
    public bool IsKeptWhole(MethodInfo method) => _lowerings.HasMethod(method);

    public DynamicMethod CreateStub(CallSite site, Type? receiver)
    {
        _sites.Add(site);
        return CallStub.Create(site, _sites.Count - 1, receiver);
    }

    /// <summary>Static fields of tensors that the user's code writes, as they were before.</summary>
    public IReadOnlyList<StaticState> Statics => _cloner.Statics;

    /// <summary>Where the user's code writes a field, as far as it was reached.</summary>
    public string? FindStore(FieldInfo field) => _cloner.FindStore(field);

    private static CaptureSession Current() =>
        s_current ?? throw new CaptureException("The module runs code on another thread, or keeps a delegate of an earlier capture; capture needs its tensor code on one thread.");

    private bool Before(int siteId, object?[] arguments, out object? result)
    {
        result = null;
        CallSite site = _sites[siteId];
        MethodInfo target = site.Target;
        if (!target.IsStatic && arguments[0] is null)
            return false;
        if (UserCode.IsTorchSharp(target) && !CallKinds.IsAlias(target.Name) && CallKinds.IsInPlace(target, arguments))
            RefuseChangeOfState(site, arguments);
        if (target.Name == nameof(Tensor.matmul) && arguments is [Tensor { IsInvalid: false } left, Tensor { IsInvalid: false } right])
            MatMulGuard.Check(left, right);
        if (UserCode.IsModuleEntry(target) && arguments[0] is nn.Module module)
            return !_lowerings.HasModule(module) && TryEnter(module, site, arguments, out result);
        if (arguments.Length > 0 && arguments[0] is Delegate function && target.Name == "Invoke")
            return TryInvoke(function, arguments, out result);
        if (site.IsVirtual && TryInvoke(VirtualTarget.Resolve(arguments[0]!.GetType(), target), arguments, out result)) // checked above
            return true;
        for (int i = target.IsStatic ? 0 : 1; i < arguments.Length; i++)
            arguments[i] = Prepare(arguments[i], target);
        return false;
    }

    /// <summary>An argument for code that is not the user's: whatever of the user's it will run is recorded too.</summary>
    private object? Prepare(object? argument, MethodInfo target) => argument switch
    {
        Delegate function => Redirect(function),
        // What TorchSharp is given must be known before the call, and a lazy sequence can be enumerated just once.
        IEnumerable<Tensor> tensors and not ICollection<Tensor> when UserCode.IsTorchSharp(target) =>
            ((IEnumerable<Tensor>)TracedSequence.Wrap(tensors, Invoke)!).ToList(), // a sequence stays one
        _ => TracedSequence.Wrap(argument, Invoke),
    };

    private bool TryEnter(nn.Module module, CallSite site, object?[] arguments, out object? result)
    {
        MethodInfo method = site.IsVirtual ? VirtualTarget.Resolve(module.GetType(), site.Target) : site.Target;
        result = null;
        if (!UserCode.IsClonable(method))
            return false;
        bool isNamed = _paths.TryGetValue(module, out string? path);
        if (isNamed)
            _path.Push(path!); // set when found
        try
        {
            result = Invoke(method, arguments);
            return true;
        }
        finally
        {
            if (isNamed)
                _path.Pop();
        }
    }

    private bool TryInvoke(MethodInfo method, object?[] arguments, out object? result)
    {
        result = null;
        if (!UserCode.IsUser(method) || !UserCode.IsClonable(method) || IsKeptWhole(method))
            return false;
        result = Invoke(method, arguments);
        return true;
    }

    private bool TryInvoke(Delegate function, object?[] arguments, out object? result)
    {
        result = null;
        if (!function.HasSingleTarget)
        {
            // The call goes on with a delegate over the clones of all targets.
            arguments[0] = Redirect(function);
            return false;
        }

        MethodInfo method = function.Method;
        object?[] all = method.IsStatic && function.Target is null ? arguments[1..] : [function.Target, .. arguments[1..]];
        if (!TryInvoke(method, all, out result))
            return false;
        // By-reference parameters were written into the copy.
        Array.Copy(all, all.Length - arguments.Length + 1, arguments, 1, arguments.Length - 1);
        return true;
    }

    /// <summary>The module itself as one call.</summary>
    private object? RunWhole(MethodInfo forward, object?[] arguments)
    {
        object? result = forward.Invoke(_root, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        Record(new CallSite(forward, true, forward, 0), forward, [_root, .. arguments], result);
        return result;
    }

    private object? Invoke(MethodInfo method, object?[] arguments) =>
        _cloner.Clone(method).Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    /// <summary>A delegate over the clone, for code that is not the user's and will call it.</summary>
    private Delegate Redirect(Delegate function)
    {
        if (!function.HasSingleTarget)
            return Delegate.Combine(Array.ConvertAll(function.GetInvocationList(), Redirect))!; // there are at least two
        MethodInfo method = function.Method;
        Type type = function.GetType();
        if (UserCode.IsUser(method) && UserCode.IsClonable(method) && !IsKeptWhole(method))
            return _cloner.Clone(method).CreateDelegate(type, function.Target);
        if ((UserCode.IsTorchSharp(method) || IsKeptWhole(method)) && CallStub.CanStub(method))
            return CreateStub(new CallSite(method, method.IsVirtual && !method.IsStatic, method, 0), null).CreateDelegate(type, function.Target);
        return function;
    }

    private void Record(CallSite site, MethodInfo method, object?[] arguments, object? result)
    {
        List<Tensor> results = [.. Snapshot.Tensors(result)];
        List<Tensor> operands = [.. arguments.SelectMany(Snapshot.Tensors)];
        bool isInPlace = operands.Count > 0 && CallKinds.IsInPlace(method, arguments);
        if (results.Count == 0 && !isInPlace)
        {
            CheckRead(site, method, operands);
            return;
        }

        // An index over a tensor only wraps it.
        if ((CallKinds.IsAlias(method.Name) || result is TensorIndex) && operands.Count == 1 && results.Count == 1)
        {
            Identify(operands[0], Locate(site), method);
            _tensors.Alias(results[0], operands[0]);
            return;
        }

        // A property that hands out a parameter, or a list of tensors that are known: nothing was computed.
        if (!isInPlace && operands.Count == 0 && results.TrueForAll(tensor => _tensors.Find(tensor, out _) is not null))
            return;
        RecordCall(site, method, arguments, result, operands, isInPlace);
    }

    private void RecordCall(CallSite site, MethodInfo method, object?[] arguments, object? result, List<Tensor> operands, bool isInPlace)
    {
        string location = Locate(site);
        nn.Module? whole = arguments.Length > 0 && arguments[0] is nn.Module module && UserCode.IsModuleEntry(method) ? module : null;
        TracedArgument[] snapshot = SnapshotArguments(method, arguments, whole is not null, tensor => Identify(tensor, location, method));
        bool depends = snapshot.SelectMany(argument => Snapshot.Values(argument.Value)).Any(value => value.DependsOnInput);
        object? results;
        if (isInPlace)
        {
            Tensor changed = operands[0];
            Identify(changed, location, method);
            TraceValue after = new(TraceValueKind.Result, "", changed, depends);
            results = after;
            _tensors.Rebind(changed, after, $"{method.Name} at {location}");
            foreach (Tensor tensor in Snapshot.Tensors(result))
                _tensors.Alias(tensor, changed);
        }
        else
        {
            results = Snapshot.Of(result, tensor => Define(tensor, depends));
        }

        string path = _path.Count > 0 ? _path.Peek() : "";
        if (whole is not null && _paths.TryGetValue(whole, out string? name))
            path = name;
        _calls.Add(new TracedCall(whole?.GetType().Name ?? CallKinds.OperationOf(method), method, whole, snapshot, results, path, location));
    }

    private static TracedArgument[] SnapshotArguments(MethodInfo method, object?[] arguments, bool skipReceiver, Func<Tensor, TraceValue> identify)
    {
        ParameterInfo[] parameters = method.GetParameters();
        int receiver = arguments.Length - parameters.Length;
        List<TracedArgument> result = [];
        for (int i = skipReceiver ? receiver : 0; i < arguments.Length; i++)
            result.Add(new TracedArgument(i < receiver ? "self" : parameters[i - receiver].Name ?? "", Snapshot.Of(arguments[i], identify)));
        return [.. result];
    }

    /// <summary>A new value; null for a result that TorchSharp leaves out, as attention does with weights that were not asked for.</summary>
    private TraceValue? Define(Tensor tensor, bool dependsOnInput)
    {
        if (tensor.IsInvalid)
            return null;
        TraceValue value = new(TraceValueKind.Result, "", tensor, dependsOnInput);
        _tensors.Add(tensor, value);
        return value;
    }

    private void CheckRead(CallSite site, MethodInfo method, List<Tensor> operands)
    {
        if (operands.Count == 0 || !CallKinds.ReadsElements(method))
            return;
        if (operands.Exists(tensor => _tensors.Find(tensor, out _) is not { DependsOnInput: false }))
        {
            throw new CaptureException(
                $"{CallKinds.DescribeRead(method)} reads elements of a tensor that depends on the input: a graph cannot follow what C# then decides. "
                + "Compute with tensors instead: torch.where for a condition, a mask or clamp for a limit, a fixed number of steps for a loop. "
                + "Or move the decision out of the module and capture each branch as a module of its own.",
                Locate(site));
        }
    }

    /// <summary>Before the call is made: a module must stay as it was even when its capture fails.</summary>
    private void RefuseChangeOfState(CallSite site, object?[] arguments)
    {
        if (arguments.SelectMany(Snapshot.Tensors).FirstOrDefault() is not { IsInvalid: false } changed || _tensors.FindOverlappingState(changed) is not { } state)
            return;
        throw new CaptureException(
            $"{(site.Target.Name == "set_TensorItems" ? "An assignment to an index" : site.Target.Name)} changes the "
            + $"{state.Kind.ToString().ToLowerInvariant()} '{state.Name}' while the model runs: a captured graph has no state. "
            + "Take the old value as an input and return the new one as an output, or clone() before changing it.",
            Locate(site));
    }

    private void RefuseScript(string name, nn.Module module)
    {
        if (module is not jit.ScriptModule || _lowerings.HasModule(module))
            return;
        throw new CaptureException(
            $"{(name.Length > 0 ? $"The submodule '{name}'" : "The module")} is a ScriptModule: its forward is a TorchScript program, not C# that can be followed. "
            + "Export it in Python with torch.onnx.export and read the file with OnnxReader, or write the module in C# and load its weights (LoadWeights).");
    }

    private TraceValue Identify(Tensor tensor, string location, MethodInfo? method = null)
    {
        string use = method is null ? "" : $" that {method.DeclaringType?.Name}.{method.Name} uses";
        TraceValue? value = _tensors.Find(tensor, out string? staleSince);
        if (staleSince is not null)
            throw new CaptureException(
                $"The tensor{use} shares memory with one that was changed in place by {staleSince}. Use an operation that is not in place, or clone() first.", location);
        return value ?? throw new CaptureException(
            $"The tensor{use} is of unknown origin: {Describe(tensor)}. It is no input, parameter, buffer, or result of a recorded call. "
            + $"{OriginHint(tensor)}Register constants as buffers (register_buffer), pass other values as inputs, and create the rest inside forward.",
            location);
    }

    private string OriginHint(Tensor tensor)
    {
        FieldState? field = _root.named_modules().Select(m => m.module).Prepend(_root).SelectMany(FieldState.Of).FirstOrDefault(f => f.Holds(tensor));
        return field is null ? "" : $"It is kept in '{field.Name}' of {field.OwnerName}. ";
    }

    private static string Describe(Tensor tensor) =>
        tensor.IsInvalid ? "it is disposed" : $"{tensor.dtype.ToString().ToLowerInvariant()} [{string.Join(", ", tensor.shape)}]";

    private string Locate(CallSite site) =>
        UserCode.IsTorchSharp(site.Caller) && _path.Count > 0 && _path.Peek().Length > 0
            ? $"{SourceLocator.Describe(site.Caller, site.Offset)} of module '{_path.Peek()}'"
            : SourceLocator.Describe(site.Caller, site.Offset);
}
