using TorchSharp;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Lowering;

/// <summary>Every module class of TorchSharp: it is captured and agrees, or there is a reason why not.</summary>
public sealed class ModuleTests
{
    internal static IReadOnlyList<ModuleCase> Cases { get; } = [.. ActivationModuleCases.All, .. LayerModuleCases.All, .. WindowModuleCases.All, .. RecurrentModuleCases.All];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Module_GivesTorchSharpsResult(string name)
    {
        ModuleCase @case = Cases.Single(c => c.Name == name);
        random.manual_seed(7);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable _ = no_grad();
        using nn.Module module = @case.CreateForTest();
        Assert.Contains(@case.ClassName, module.modules().Prepend(module).Select(m => m.GetType().Name));
        Tensor[] inputs = @case.Inputs();
        Model model = module.Capture(ModuleCase.Arguments(module, inputs));
        ModelOracle.Check(i => ModuleCase.Call(module, i), model, inputs, exports: true);
    }

    [Fact]
    public void EveryModuleOfTorchSharp_IsCapturedOrExcludedWithAReason()
    {
        IEnumerable<string> captured = Cases.Select(c => c.ClassName).Concat(Hone.Torch.Lowering.LoweringTable.Standard.Modules.Select(m => m.Name));
        Assert.Empty(TorchSharpModules.Leaves.Select(m => m.Name).Except(captured).Except(ModuleExclusions.Reasons.Keys));
    }

    [Fact]
    public void Exclusions_NameModulesThatExistAndAreNotCaptured()
    {
        Assert.Empty(ModuleExclusions.Reasons.Keys.Except(TorchSharpModules.Leaves.Select(m => m.Name)));
        Assert.Empty(ModuleExclusions.Reasons.Keys.Intersect(Cases.Select(c => c.ClassName).Concat(Hone.Torch.Lowering.LoweringTable.Standard.Modules.Select(m => m.Name))));
    }
}
