using System.Reflection;

namespace Hone.Torch.Capture;

/// <summary>Finds the method that a virtual call reaches on an object of a given type.</summary>
internal static class VirtualTarget
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static MethodInfo Resolve(Type type, MethodInfo method)
    {
        if (!method.IsVirtual || method.DeclaringType == type)
            return method;
        MethodInfo definition = method.IsGenericMethod ? method.GetGenericMethodDefinition() : method;
        MethodInfo found = method.DeclaringType!.IsInterface ? FindImplementation(type, definition) : FindOverride(type, definition); // virtual methods have a type
        return method.IsGenericMethod && found.IsGenericMethodDefinition ? found.MakeGenericMethod(method.GetGenericArguments()) : found;
    }

    private static MethodInfo FindImplementation(Type type, MethodInfo method)
    {
        if (type.IsArray || !method.DeclaringType!.IsAssignableFrom(type)) // arrays implement interfaces by means of the run time
            return method;
        InterfaceMapping map = type.GetInterfaceMap(method.DeclaringType);
        int index = Array.FindIndex(map.InterfaceMethods, candidate => candidate.MetadataToken == method.MetadataToken && candidate.Module == method.Module);
        return index < 0 ? method : map.TargetMethods[index];
    }

    private static MethodInfo FindOverride(Type type, MethodInfo method)
    {
        MethodInfo root = method.GetBaseDefinition();
        for (Type? candidate = type; candidate is not null; candidate = candidate.BaseType)
        {
            foreach (MethodInfo declared in candidate.GetMethods(Instance | BindingFlags.DeclaredOnly))
            {
                if (declared.IsVirtual && declared.Name == method.Name && SameMethod(declared.GetBaseDefinition(), root))
                    return declared;
            }
        }

        return method;
    }

    private static bool SameMethod(MethodInfo a, MethodInfo b) =>
        a.MetadataToken == b.MetadataToken && a.Module == b.Module && a.DeclaringType == b.DeclaringType;
}
