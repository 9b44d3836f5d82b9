using System.Reflection;
using System.Reflection.Emit;

namespace Hone.Torch.Capture;

/// <summary>Emits the method that stands in for a call: it offers the call to the session, else makes it and reports the result.</summary>
/// <remarks>
/// Arguments are packed into an array for the session. Spans are packed as copies; the real call gets the span itself. Values behind
/// references are packed by value, written back when the session made the call, and packed anew when the real call was made.
/// </remarks>
internal static class CallStub
{
    private static readonly MethodInfo s_before = typeof(CaptureSession).GetMethod(nameof(CaptureSession.BeforeCall))!; // both are in this assembly
    private static readonly MethodInfo s_after = typeof(CaptureSession).GetMethod(nameof(CaptureSession.AfterCall))!;

    /// <summary>Whether a call of that method can be packed.</summary>
    public static bool CanStub(MethodInfo method)
    {
        Type result = method.ReturnType;
        // Spans of elements are reported, as what reads a tensor; no session ever makes such a call itself.
        bool isSpanOfElements = IsSpan(result) && UserCode.IsTorchSharp(method);
        if (result.IsByRef || (result.IsByRefLike && !isSpanOfElements) || result.IsPointer || result.IsFunctionPointer || method.DeclaringType is null or { IsByRefLike: true })
            return false;
        return Array.TrueForAll(method.GetParameters(), parameter => CanPack(parameter.ParameterType));
    }

    /// <summary>Parameter types of a method as a static one: the receiver first, by reference for value types.</summary>
    public static Type[] Signature(MethodBase method)
    {
        IEnumerable<Type> parameters = method.GetParameters().Select(parameter => parameter.ParameterType);
        if (!method.IsStatic)
            parameters = parameters.Prepend(method.DeclaringType!.IsValueType ? method.DeclaringType.MakeByRefType() : method.DeclaringType); // instance methods have a type
        return [.. parameters];
    }

    /// <param name="site">The call.</param>
    /// <param name="id">By which the session knows it.</param>
    /// <param name="receiver">Type of the receiver where the stack holds a reference to it (a constrained call), else null.</param>
    public static DynamicMethod Create(CallSite site, int id, Type? receiver)
    {
        MethodInfo target = site.Target;
        Type[] signature = Signature(target);
        if (receiver is not null)
            signature[0] = receiver.MakeByRefType();
        DynamicMethod stub = new($"call_{target.Name}", target.ReturnType, signature, typeof(CallStub).Module, skipVisibility: true);
        ILGenerator il = stub.GetILGenerator();
        LocalBuilder arguments = il.DeclareLocal(typeof(object[]));
        LocalBuilder boxed = il.DeclareLocal(typeof(object));
        il.Emit(OpCodes.Ldc_I4, signature.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        il.Emit(OpCodes.Stloc, arguments);
        for (int i = 0; i < signature.Length; i++)
            Pack(il, arguments, signature[i], i);

        Label makeCall = il.DefineLabel();
        il.Emit(OpCodes.Ldc_I4, id);
        il.Emit(OpCodes.Ldloc, arguments);
        il.Emit(OpCodes.Ldloca, boxed);
        il.Emit(OpCodes.Call, s_before);
        il.Emit(OpCodes.Brfalse, makeCall);
        WriteBack(il, arguments, signature);
        if (target.ReturnType.IsByRefLike)
        {
            il.Emit(OpCodes.Ldnull);
            il.Emit(OpCodes.Throw);
        }
        else if (target.ReturnType != typeof(void))
        {
            il.Emit(OpCodes.Ldloc, boxed);
            il.Emit(OpCodes.Unbox_Any, target.ReturnType);
        }

        if (!target.ReturnType.IsByRefLike)
            il.Emit(OpCodes.Ret);
        il.MarkLabel(makeCall);
        EmitCall(il, site, arguments, signature, receiver);
        EmitReport(il, id, arguments, signature, target.ReturnType);
        il.Emit(OpCodes.Ret);
        return stub;
    }

    private static bool CanPack(Type type)
    {
        if (type.IsByRef)
            type = type.GetElementType()!; // a reference refers to something
        if (type.IsPointer || type.IsFunctionPointer)
            return false;
        return !type.IsByRefLike || IsSpan(type);
    }

    private static bool IsSpan(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Span<>) || type.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>));

    private static void Pack(ILGenerator il, LocalBuilder arguments, Type type, int index)
    {
        il.Emit(OpCodes.Ldloc, arguments);
        il.Emit(OpCodes.Ldc_I4, index);
        Type element = type.IsByRef ? type.GetElementType()! : type; // a reference refers to something
        if (IsSpan(element))
        {
            il.Emit(type.IsByRef ? OpCodes.Ldarg : OpCodes.Ldarga, (short)index);
            il.Emit(OpCodes.Call, element.GetMethod("ToArray")!); // both span types have it
        }
        else
        {
            il.Emit(OpCodes.Ldarg, (short)index);
            if (type.IsByRef)
                il.Emit(OpCodes.Ldobj, element);
            if (element.IsValueType)
                il.Emit(OpCodes.Box, element);
        }

        il.Emit(OpCodes.Stelem_Ref);
    }

    private static void WriteBack(ILGenerator il, LocalBuilder arguments, Type[] signature)
    {
        for (int i = 0; i < signature.Length; i++)
        {
            if (!signature[i].IsByRef || IsSpan(signature[i].GetElementType()!)) // a reference refers to something
                continue;
            Type element = signature[i].GetElementType()!;
            il.Emit(OpCodes.Ldarg, (short)i);
            il.Emit(OpCodes.Ldloc, arguments);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldelem_Ref);
            il.Emit(OpCodes.Unbox_Any, element);
            il.Emit(OpCodes.Stobj, element);
        }
    }

    private static void EmitCall(ILGenerator il, CallSite site, LocalBuilder arguments, Type[] signature, Type? receiver)
    {
        for (int i = 0; i < signature.Length; i++)
        {
            if (typeof(Delegate).IsAssignableFrom(signature[i]) || IsReplaceableSequence(signature[i]))
            {
                il.Emit(OpCodes.Ldloc, arguments);
                il.Emit(OpCodes.Ldc_I4, i);
                il.Emit(OpCodes.Ldelem_Ref);
                il.Emit(OpCodes.Castclass, signature[i]);
                continue;
            }

            il.Emit(OpCodes.Ldarg, (short)i);
            if (i == 0 && receiver is not null)
                il.Emit(OpCodes.Ldobj, receiver);
        }

        il.Emit(site.IsVirtual ? OpCodes.Callvirt : OpCodes.Call, site.Target);
    }

    /// <summary>A lazy sequence made by an iterator method of the user may be replaced by one that records.</summary>
    private static bool IsReplaceableSequence(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>);

    private static void EmitReport(ILGenerator il, int id, LocalBuilder arguments, Type[] signature, Type resultType)
    {
        LocalBuilder? result = resultType == typeof(void) ? null : il.DeclareLocal(resultType);
        if (result is not null)
            il.Emit(OpCodes.Stloc, result);
        for (int i = 0; i < signature.Length; i++)
        {
            if (signature[i].IsByRef)
                Pack(il, arguments, signature[i], i);
        }

        il.Emit(OpCodes.Ldc_I4, id);
        il.Emit(OpCodes.Ldloc, arguments);
        if (result is null || resultType.IsByRefLike)
        {
            il.Emit(OpCodes.Ldnull);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, result);
            if (resultType.IsValueType)
                il.Emit(OpCodes.Box, resultType);
        }

        il.Emit(OpCodes.Call, s_after);
        if (result is not null)
            il.Emit(OpCodes.Ldloc, result);
    }
}
