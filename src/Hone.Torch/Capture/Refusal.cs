using System.Reflection;
using System.Reflection.Emit;

namespace Hone.Torch.Capture;

/// <summary>Stands in for a method that capture cannot follow: calling it is an error that says why.</summary>
internal static class Refusal
{
    private static readonly MethodInfo s_throw = typeof(Refusal).GetMethod(nameof(Throw))!; // declared below

    /// <param name="method">The method.</param>
    /// <param name="reason">What it does and what to do instead.</param>
    /// <param name="body">The method that has its lines, where the compiler moved them elsewhere.</param>
    public static DynamicMethod Of(MethodBase method, string reason, MethodBase? body = null)
    {
        Type result = method is MethodInfo { ReturnType: { } type } ? type : typeof(void);
        DynamicMethod refusal = new(method.Name, result, CallStub.Signature(method), typeof(Refusal).Module, skipVisibility: true);
        ILGenerator il = refusal.GetILGenerator();
        il.Emit(OpCodes.Ldstr, $"{method.DeclaringType?.Name}.{method.Name} {reason}");
        il.Emit(OpCodes.Ldstr, SourceLocator.Describe(method, 0, body));
        il.Emit(OpCodes.Call, s_throw);
        il.Emit(OpCodes.Throw);
        return refusal;
    }

    public static Exception Throw(string message, string location) => throw new CaptureException(message, location);
}
