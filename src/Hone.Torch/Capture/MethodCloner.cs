using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Hone.Torch.Capture;

/// <summary>Copies method bodies into dynamic methods in which every call that may touch tensors goes through the session.</summary>
/// <remarks>
/// Metadata tokens are replaced in place by tokens of the dynamic method. A redirected <c>call</c> or <c>callvirt</c> becomes a <c>call</c> of a
/// stub or of another clone, which is as long, so that branch offsets and exception clauses stay valid.
/// </remarks>
internal sealed class MethodCloner(CaptureSession session)
{
    private readonly Dictionary<MethodBase, DynamicMethod> _clones = [];
    private readonly Dictionary<(Module Module, int Token), (MethodBase Method, int Offset)> _stores = [];
    private readonly List<StaticState> _statics = [];

    /// <summary>The clone of a method for which <see cref="UserCode.IsClonable"/> holds; an instance method takes its receiver first.</summary>
    public DynamicMethod Clone(MethodBase method)
    {
        if (_clones.TryGetValue(method, out DynamicMethod? clone))
            return clone;
        if (method.GetCustomAttribute<AsyncStateMachineAttribute>() is { StateMachineType: { } machine })
        {
            MethodInfo? lines = machine.GetMethod("MoveNext", BindingFlags.Instance | BindingFlags.NonPublic);
            return _clones[method] = Refusal.Of(method, "is asynchronous: capture follows code on one thread, in order. Make it an ordinary method.", lines);
        }

        MethodBody body = method.GetMethodBody()!; // clonable methods have one
        Type result = method is MethodInfo { ReturnType: { } type } ? type : typeof(void);
        clone = new DynamicMethod(method.Name, result, CallStub.Signature(method), method.Module, skipVisibility: true) { InitLocals = body.InitLocals };
        // Entered before the body is copied: methods may call themselves.
        _clones.Add(method, clone);
        if (method is { IsStatic: true, DeclaringType: { } declaring })
            RuntimeHelpers.RunClassConstructor(declaring.TypeHandle);
        DynamicILInfo target = clone.GetDynamicILInfo();
        target.SetCode(CopyCode(method, body, target), body.MaxStackSize + 1);
        target.SetLocalSignature(CopyLocals(body));
        if (body.ExceptionHandlingClauses.Count > 0)
            target.SetExceptions(CopyClauses(body, target));
        return clone;
    }

    /// <summary>The first place in the cloned code that writes a field.</summary>
    public string? FindStore(FieldInfo field) =>
        _stores.TryGetValue((field.Module, field.MetadataToken), out (MethodBase Method, int Offset) place) ? SourceLocator.Describe(place.Method, place.Offset) : null;

    /// <summary>Static fields of tensors that the cloned code writes, as they were when it was cloned.</summary>
    public IReadOnlyList<StaticState> Statics => _statics;

    private static byte[] CopyLocals(MethodBody body)
    {
        SignatureHelper locals = SignatureHelper.GetLocalVarSigHelper();
        foreach (LocalVariableInfo local in body.LocalVariables)
            locals.AddArgument(local.LocalType, local.IsPinned);
        return locals.GetSignature();
    }

    /// <summary>The clauses in the fat format of ECMA-335 II.25.4.5.</summary>
    private static byte[] CopyClauses(MethodBody body, DynamicILInfo target)
    {
        const int FatExceptionTable = 0x41;
        const int ClauseSize = 24;
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write(FatExceptionTable | ((4 + (body.ExceptionHandlingClauses.Count * ClauseSize)) << 8));
        foreach (ExceptionHandlingClause clause in body.ExceptionHandlingClauses)
        {
            writer.Write((int)clause.Flags);
            writer.Write(clause.TryOffset);
            writer.Write(clause.TryLength);
            writer.Write(clause.HandlerOffset);
            writer.Write(clause.HandlerLength);
            writer.Write(clause.Flags switch
            {
                ExceptionHandlingClauseOptions.Clause => target.GetTokenFor((clause.CatchType ?? typeof(object)).TypeHandle),
                ExceptionHandlingClauseOptions.Filter => clause.FilterOffset,
                _ => 0,
            });
        }

        writer.Flush();
        return bytes.ToArray();
    }

    private static int TokenOf(DynamicILInfo target, MethodBase method) =>
        method.DeclaringType is { } type && (type.IsGenericType || type.IsArray)
            ? target.GetTokenFor(method.MethodHandle, type.TypeHandle)
            : target.GetTokenFor(method.MethodHandle);

    private static int TokenOf(DynamicILInfo target, FieldInfo field) =>
        field.DeclaringType is { IsGenericType: true } type
            ? target.GetTokenFor(field.FieldHandle, type.TypeHandle)
            : target.GetTokenFor(field.FieldHandle);

    private byte[] CopyCode(MethodBase method, MethodBody body, DynamicILInfo target)
    {
        byte[] code = body.GetILAsByteArray()!; // a copy; the method has a body
        Type[]? typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        Module module = method.Module;
        (int Offset, Type Type)? constraint = null;
        foreach (IlInstruction instruction in IlReader.Read(code).ToList())
        {
            int token = BitConverter.ToInt32(code, Math.Min(instruction.Operand, code.Length - 4));
            int? replacement = instruction.OpCode.OperandType switch
            {
                OperandType.InlineMethod => RedirectCall(module.ResolveMethod(token, typeArguments, methodArguments)!, method, instruction, constraint, code, target),
                OperandType.InlineField => CopyField(module.ResolveField(token, typeArguments, methodArguments)!, method, instruction, target),
                OperandType.InlineType => target.GetTokenFor(module.ResolveType(token, typeArguments, methodArguments).TypeHandle),
                OperandType.InlineString => target.GetTokenFor(module.ResolveString(token)),
                OperandType.InlineSig => target.GetTokenFor(module.ResolveSignature(token)),
                OperandType.InlineTok => module.ResolveMember(token, typeArguments, methodArguments) switch
                {
                    Type member => target.GetTokenFor(member.TypeHandle),
                    FieldInfo member => TokenOf(target, member),
                    MethodBase member => TokenOf(target, member),
                    _ => throw new CaptureException($"'{method.Name}' loads a metadata token of an unknown kind."),
                },
                _ => null,
            };
            constraint = instruction.OpCode == OpCodes.Constrained ? (instruction.Offset, module.ResolveType(token, typeArguments, methodArguments)) : null;
            if (replacement is { } value)
                BitConverter.GetBytes(value).CopyTo(code, instruction.Operand);
        }

        return code;
    }

    private int CopyField(FieldInfo field, MethodBase method, IlInstruction instruction, DynamicILInfo target)
    {
        bool isStaticStore = instruction.OpCode == OpCodes.Stsfld;
        if ((isStaticStore || instruction.OpCode == OpCodes.Stfld) && _stores.TryAdd((field.Module, field.MetadataToken), (method, instruction.Offset))
            && isStaticStore && typeof(TorchSharp.torch.Tensor).IsAssignableFrom(field.FieldType))
        {
            _statics.Add(new StaticState(field));
        }

        return TokenOf(target, field);
    }

    private int RedirectCall(
        MethodBase callee, MethodBase caller, IlInstruction instruction, (int Offset, Type Type)? constraint, byte[] code, DynamicILInfo target)
    {
        bool isCall = instruction.OpCode == OpCodes.Call || instruction.OpCode == OpCodes.Callvirt;
        if (!isCall || callee is not MethodInfo method)
            return TokenOf(target, callee);
        bool isVirtual = instruction.OpCode == OpCodes.Callvirt && method.IsVirtual;
        Type? receiver = null;
        if (constraint is { Type.IsValueType: true } && isVirtual)
        {
            MethodInfo implementation = VirtualTarget.Resolve(constraint.Value.Type, method);
            if (implementation.DeclaringType != constraint.Value.Type || !UserCode.IsClonable(implementation))
                return TokenOf(target, method);
            method = implementation;
            isVirtual = false;
        }
        else if (constraint is not null)
        {
            receiver = constraint.Value.Type;
        }

        DynamicMethod? substitute = Substitute(method, isVirtual, caller, instruction.Offset, receiver);
        if (substitute is null)
            return TokenOf(target, method);
        if (constraint is not null)
            code.AsSpan(constraint.Value.Offset, instruction.Offset - constraint.Value.Offset).Fill((byte)OpCodes.Nop.Value);
        code[instruction.Offset] = (byte)OpCodes.Call.Value;
        return target.GetTokenFor(substitute);
    }

    private DynamicMethod? Substitute(MethodInfo method, bool isVirtual, MethodBase caller, int offset, Type? receiver)
    {
        bool isDirect = !isVirtual && receiver is null && !UserCode.IsModuleEntry(method) && !session.IsKeptWhole(method) && UserCode.IsClonable(method);
        if (isDirect)
            return Clone(method);
        if (!GoesThroughSession(method, isVirtual))
            return null;
        if (CallStub.CanStub(method))
            return session.CreateStub(new CallSite(method, isVirtual, caller, offset), receiver);
        return UserCode.IsUser(method) && isVirtual && receiver is null
            ? Refusal.Of(method, "is virtual or abstract and takes or returns a ref struct or pointer, which capture cannot follow. Make it a plain method, or pass arrays.")
            : null;
    }

    private static bool GoesThroughSession(MethodInfo method, bool isVirtual) =>
        UserCode.IsTorchSharp(method) || UserCode.IsUser(method) || isVirtual
        || typeof(Delegate).IsAssignableFrom(method.DeclaringType)
        || Array.Exists(method.GetParameters(), p => typeof(Delegate).IsAssignableFrom(p.ParameterType) || IsSequence(p.ParameterType));

    private static bool IsSequence(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>);
}
