using Hone.Torch.GraphModules.Execution;

namespace Hone.Torch.GraphModules;

/// <summary>The operators that a <see cref="GraphModule"/> can execute on libtorch, one table per family.</summary>
internal static class ExecutorTable
{
    private static readonly Dictionary<string, NodeExecutor> s_executors = Build();

    internal static NodeExecutor? Find(string operatorName) => s_executors.GetValueOrDefault(operatorName);

    private static Dictionary<string, NodeExecutor> Build()
    {
        Dictionary<string, NodeExecutor> table = new(StringComparer.Ordinal);
        foreach (IReadOnlyDictionary<string, NodeExecutor> family in new[]
        {
            ActivationExecutors.Table,
            ArithmeticExecutors.Table,
            ConvolutionExecutors.Table,
            IndexingExecutors.Table,
            LinearExecutors.Table,
            NormalizationExecutors.Table,
            PoolingExecutors.Table,
            QuantizationExecutors.Table,
            RecurrentExecutors.Table,
            ReductionExecutors.Table,
            ScatterExecutors.Table,
            ShapeExecutors.Table,
        })
        {
            foreach ((string name, NodeExecutor executor) in family)
                table.Add(name, executor);
        }

        return table;
    }
}
