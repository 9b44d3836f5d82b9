using System.Reflection;
using Hone.Torch.Lowering;
using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

/// <summary>Every line of the table of functions against TorchSharp.</summary>
public sealed class OperationTests
{
    /// <summary>They need a machine that tests cannot ask for, or are refused (<see cref="TorchSharpFaultTests"/>).</summary>
    private static readonly string[] s_withoutCase = ["cuda", "hardtanh", "baddbmm"];

    public static TheoryData<string> Names => [.. OperationCases.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_GivesTorchSharpsResult(string name)
    {
        OperationCase operation = OperationCases.All.Single(c => c.Name == name);
        random.manual_seed(7);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        Tensor[] inputs = operation.Inputs();
        using OperationModule module = new(operation.Run);
        Model model = OnnxForms.Capture(operation, module, inputs, out IReadOnlySet<string>? operators);
        Assert.True(operators is not null, $"the case does not call {operation.Function}");
        ModelOracle.Check(module.call, model, inputs, exports: operation.OnnxRuntimeLacks is null);
    }

    [Fact]
    public void Table_HasACaseForEveryFunction() =>
        Assert.Empty(LoweringTable.Standard.Functions.Except(OperationCases.All.Select(c => c.Function)).Except(s_withoutCase));

    [Fact]
    public void Table_NamesMethodsThatTorchSharpHas()
    {
        HashSet<string> operations = [.. typeof(torch).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)).Select(Torch.Capture.CallKinds.OperationOf)];
        Assert.DoesNotContain(LoweringTable.Standard.Functions, f => !operations.Contains(f));
    }
}
