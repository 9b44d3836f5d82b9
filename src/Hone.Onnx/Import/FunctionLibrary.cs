using Hone.Onnx.Protobuf;

namespace Hone.Onnx.Import;

/// <summary>The functions that a model file defines.</summary>
internal sealed class FunctionLibrary
{
    private readonly Dictionary<(string Domain, string Name, string Overload), (FunctionProto Function, Opsets Opsets)> _functions = [];

    /// <exception cref="ModelFormatException">A function is defined twice, or asks for an opset that Hone does not read.</exception>
    internal FunctionLibrary(IEnumerable<FunctionProto> functions)
    {
        foreach (FunctionProto function in functions)
        {
            (string, string, string) key = (OnnxFormat.NormalizeDomain(function.Domain), function.Name, function.Overload);
            if (!_functions.TryAdd(key, (function, Opsets.Read(function.OpsetImport))))
                throw new ModelFormatException($"The function '{function.Domain}.{function.Name}' is defined twice.");
        }
    }

    /// <summary>The function that a node calls, or null when it is a plain operator.</summary>
    internal (FunctionProto Function, Opsets Opsets)? Find(NodeProto node) =>
        _functions.TryGetValue((OnnxFormat.NormalizeDomain(node.Domain), node.OpType, node.Overload), out (FunctionProto, Opsets) found) ? found : null;
}
