using System.Collections;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>Flattens what a module returns: a tensor, or tuples, lists and dictionaries of them.</summary>
internal static class ModuleOutputs
{
    /// <exception cref="CaptureException">The result holds something else.</exception>
    public static (TraceValue[] Values, string?[] Names) Flatten(object? result, Func<Tensor, TraceValue> identify)
    {
        List<(TraceValue Value, string? Name)> found = [];
        Collect(result, null, identify, found);
        if (found.Count == 0)
            throw new CaptureException("The module returns no tensor.");
        return ([.. found.Select(item => item.Value)], [.. found.Select(item => item.Name)]);
    }

    private static void Collect(object? part, string? name, Func<Tensor, TraceValue> identify, List<(TraceValue Value, string? Name)> found)
    {
        switch (part)
        {
            case null:
                break;
            case Tensor tensor:
                found.Add((identify(tensor), name));
                break;
            case ITuple tuple:
                for (int i = 0; i < tuple.Length; i++)
                    Collect(tuple[i], name, identify, found);
                break;
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                    Collect(entry.Value, entry.Key.ToString(), identify, found);
                break;
            case IEnumerable sequence:
                foreach (object? item in sequence)
                    Collect(item, name, identify, found);
                break;
            default:
                throw new CaptureException($"The module returns a {part.GetType().Name}; a graph returns tensors, alone or in tuples, lists and dictionaries.");
        }
    }
}
