using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Hone.Torch.Capture;

/// <summary>Names the place of a call: method, and file and line where a portable PDB lies beside the assembly or in it.</summary>
internal static class SourceLocator
{
    /// <param name="method">Gives the name.</param>
    /// <param name="offset">Of the instruction.</param>
    /// <param name="body">The method that has the instructions, where the compiler moved them; null for the method itself.</param>
    public static string Describe(MethodBase method, int offset, MethodBase? body = null)
    {
        string name = $"{method.DeclaringType?.Name}.{method.Name}";
        return FindLine(body ?? method, offset) is { } line ? $"{name} ({line})" : name;
    }

    private static string? FindLine(MethodBase method, int offset)
    {
        try
        {
            string assembly = method.Module.Assembly.Location;
            if (assembly.Length == 0 || !File.Exists(assembly))
                return null;
            using PEReader image = new(File.OpenRead(assembly));
            if (!image.TryOpenAssociatedPortablePdb(assembly, path => File.Exists(path) ? File.OpenRead(path) : null, out MetadataReaderProvider? provider, out _))
                return null;
            using (provider)
                return provider is null ? null : FindLine(provider.GetMetadataReader(), method.MetadataToken, offset);
        }
        catch (Exception error) when (error is IOException or BadImageFormatException or UnauthorizedAccessException)
        {
            // Only a nicety of the message is lost.
            return null;
        }
    }

    private static string? FindLine(MetadataReader reader, int token, int offset)
    {
        MethodDefinitionHandle method = MetadataTokens.MethodDefinitionHandle(token & 0xffffff);
        MethodDebugInformation information = reader.GetMethodDebugInformation(method);
        SequencePoint? last = null;
        foreach (SequencePoint point in information.GetSequencePoints())
        {
            if (point.Offset > offset && last is not null)
                break;
            if (!point.IsHidden)
                last = point;
        }

        return last is { } found ? $"{Path.GetFileName(reader.GetString(reader.GetDocument(found.Document).Name))}:{found.StartLine}" : null;
    }
}
