using Hone.Graphs;
using Hone.Torch.Lowering;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

/// <summary>What the tested operations become, learnt from their cases.</summary>
internal static class OnnxForms
{
    /// <summary>By the name of the case: what its own test has captured already.</summary>
    private static readonly Dictionary<string, IReadOnlySet<string>> s_known = new(StringComparer.Ordinal);

    /// <summary>Captures the module of a case.</summary>
    /// <param name="operation">The case.</param>
    /// <param name="module">Made from it.</param>
    /// <param name="inputs">The example.</param>
    /// <param name="operators">The operators that the function under test was written with; null where it was not called.</param>
    public static Model Capture(OperationCase operation, OperationModule module, Tensor[] inputs, out IReadOnlySet<string>? operators)
    {
        HashSet<string>? written = null;
        LoweringTable table = LoweringTable.Standard.WithFunction(operation.Function, context =>
        {
            int before = context.Graph.Nodes.Count;
            LoweringTable.Standard.Find(operation.Function)!(context); // cases are of functions in the table
            written ??= [];
            written.UnionWith(context.Graph.Nodes.Skip(before).Select(node => node.Operator.ToString()));
        });
        Model model = module.Capture([inputs], new CaptureOptions { Lowerings = table });
        operators = written;
        if (written is not null)
            s_known[operation.Name] = written;
        return model;
    }

    /// <summary>The operators of all cases of a function.</summary>
    public static IReadOnlyList<string> OfFunction(string function)
    {
        SortedSet<string> operators = new(StringComparer.Ordinal);
        foreach (OperationCase operation in OperationCases.All.Where(c => c.Function == function))
        {
            if (!s_known.TryGetValue(operation.Name, out IReadOnlySet<string>? written))
            {
                using DisposeScope scope = NewDisposeScope();
                using OperationModule module = new(operation.Run);
                Capture(operation, module, operation.Inputs(), out written);
            }

            operators.UnionWith(written ?? new HashSet<string>());
        }

        return [.. operators];
    }

    /// <summary>The operators of all cases of a module class.</summary>
    public static IReadOnlyList<string> OfModule(string className)
    {
        SortedSet<string> operators = new(StringComparer.Ordinal);
        foreach (ModuleCase @case in ModuleTests.Cases.Where(c => c.ClassName == className))
        {
            using DisposeScope scope = NewDisposeScope();
            using nn.Module module = @case.CreateForTest();
            Graph graph = module.Capture(ModuleCase.Arguments(module, @case.Inputs())).Graph;
            operators.UnionWith(graph.Nodes.Select(node => node.Operator.ToString()));
        }

        if (WholeModuleForms.Captures.TryGetValue(className, out Func<Model>? capture))
        {
            using DisposeScope scope = NewDisposeScope();
            operators.UnionWith(capture().Graph.Nodes.Select(node => node.Operator.ToString()));
        }

        return [.. operators];
    }
}
