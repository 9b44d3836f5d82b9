using System.Reflection;
using System.Text;
using Hone.Torch.Capture;
using Hone.Torch.Lowering;
using TorchSharp;

namespace Hone.Torch.Tests.Lowering;

/// <summary>Writes <c>docs/torch-support.md</c> from the table of lowerings and what its cases become.</summary>
internal static class SupportPage
{
    private static readonly (Type Type, string Name)[] s_classes =
    [
        (typeof(torch.Tensor), "Tensor"), (typeof(torch), "torch"), (typeof(torch.nn.functional), "functional"), (typeof(torch.special), "special"),
        (typeof(torch.linalg), "linalg"), (typeof(TensorExtensionMethods), "extension"), (typeof(Scalar), "Scalar"), (typeof(torch.TensorIndex), "TensorIndex"),
    ];

    public static string Write()
    {
        StringBuilder page = new();
        string[] functions = [.. LoweringTable.Standard.Functions];
        string[] modules = [.. ModuleTests.Cases.Select(c => c.ClassName).Concat(LoweringTable.Standard.Modules.Select(m => m.Name)).Distinct().Order(StringComparer.Ordinal)];
        page.AppendLine("# TorchSharp operations that capture knows").AppendLine();
        page.AppendLine($"{functions.Length} functions and {modules.Length} module classes of TorchSharp 0.107. Each of them has a test that compares reference evaluation,");
        page.AppendLine("the runtime and ONNX Runtime with TorchSharp at two batch sizes, unless its note says otherwise. This page is generated from the table of");
        page.AppendLine("lowerings: run the tests with `HONE_UPDATE_DOCS=1` after changing it.").AppendLine();
        page.AppendLine("What is not listed is reported by capture as one complete list; [capture](torch-capture.md) tells how to add lowerings of your own.").AppendLine();
        page.AppendLine("## Functions").AppendLine();
        page.AppendLine("A function stands for all its overloads, and for its in-place form with an underscore. The ONNX form lists the operators that its tests saw;");
        page.AppendLine("constants are left out, and a function without operators only passes a tensor on or becomes a constant.").AppendLine();
        page.AppendLine("| function | overloads | ONNX form | notes |").AppendLine("|---|---|---|---|");
        ILookup<string, string> overloads = s_classes
            .SelectMany(c => c.Type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly), (c, m) => (c.Name, Function: CallKinds.OperationOf(m)))
            .ToLookup(m => m.Function, m => m.Name, StringComparer.Ordinal);
        foreach (string function in functions)
        {
            string places = string.Join(", ", overloads[function].GroupBy(name => name).Select(g => g.Count() == 1 ? g.Key : $"{g.Key} {g.Count()}"));
            AppendRow(page, function, places, OnnxForms.OfFunction(function), SupportNotes.Functions.GetValueOrDefault(function));
        }

        page.AppendLine().AppendLine("## Modules").AppendLine();
        page.AppendLine("| module | recorded | ONNX form | notes |").AppendLine("|---|---|---|---|");
        HashSet<string> whole = [.. LoweringTable.Standard.Modules.Select(m => m.Name)];
        foreach (string module in modules)
            AppendRow(page, module, whole.Contains(module) ? "whole" : "its calls", OnnxForms.OfModule(module), SupportNotes.Modules.GetValueOrDefault(module));
        page.AppendLine().AppendLine("## Modules that are not captured").AppendLine();
        page.AppendLine("| module | reason |").AppendLine("|---|---|");
        foreach ((string module, string reason) in ModuleExclusions.Reasons.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            page.AppendLine($"| `{module}` | {reason} |");
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static void AppendRow(StringBuilder page, string name, string form, IReadOnlyList<string> operators, string? note) =>
        page.AppendLine($"| `{name}` | {form} | {(operators.Count == 0 ? "–" : string.Join(", ", operators))} | {note} |");
}
