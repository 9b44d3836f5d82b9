using System.Text.Json;
using Hone.Torch.Pruning;
using Hone.Torch.Tests.Qat;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Pruning;

/// <summary>Masks and training under a mask as PyTorch's own <c>torch.nn.utils.prune</c> gives them.</summary>
public class PruneOracleTests
{
    private static readonly Lazy<JsonElement> s_cases = new(() => PythonOracle.RunScript("Pruning", "prune_cases.py"));

    private static readonly Dictionary<string, Action<Conv2d>[]> s_steps = new()
    {
        ["l1_fraction"] = [m => Prune.L1Unstructured(m, "weight", 0.37)],
        ["l1_count"] = [m => Prune.L1Unstructured(m, "weight", 17)],
        ["l1_scores"] = [m => Prune.L1Unstructured(m, "weight", 0.5, s_cases.Value.Tensor("scores"))],
        ["l2_dim0"] = [m => Prune.LnStructured(m, "weight", 0.4, 2)],
        ["l1_dim1"] = [m => Prune.LnStructured(m, "weight", 2, 1, 1)],
        ["linf_last"] = [m => Prune.LnStructured(m, "weight", 1, double.PositiveInfinity, -1)],
        ["l1_then_l1"] = [m => Prune.L1Unstructured(m, "weight", 0.5), m => Prune.L1Unstructured(m, "weight", 0.5)],
        ["l1_then_l2_dim0"] = [m => Prune.L1Unstructured(m, "weight", 0.3), m => Prune.LnStructured(m, "weight", 0.25, 2)],
        ["l2_dim0_then_l1"] = [m => Prune.LnStructured(m, "weight", 0.25, 2), m => Prune.L1Unstructured(m, "weight", 0.3)],
        ["l2_dim0_then_dim1"] = [m => Prune.LnStructured(m, "weight", 0.25, 2), m => Prune.LnStructured(m, "weight", 0.5, 2, 1)],
    };

    public static TheoryData<string> Cases => [.. s_steps.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Mask_IsPyTorchs(string name)
    {
        SkipWithoutPyTorch();
        using Conv2d conv = Convolution();
        foreach (Action<Conv2d> step in s_steps[name])
            step(conv);
        AssertMask(name, conv);
    }

    [Fact]
    public void GlobalUnstructured_MasksArePyTorchs()
    {
        SkipWithoutPyTorch();
        using Conv2d conv = Convolution();
        using Linear linear = Layer();
        Prune.L1Unstructured(linear, "weight", 0.2);
        Prune.GlobalL1Unstructured([(conv, "weight"), (linear, "weight")], 0.6);
        AssertMask("global_conv", conv);
        AssertMask("global_linear", linear);
    }

    [Fact]
    public void Training_UnderMask_FollowsPyTorch()
    {
        SkipWithoutPyTorch();
        using Linear linear = Layer();
        nn.init.zeros_(linear.bias);
        Prune.L1Unstructured(linear, "weight", 0.5);
        using optim.Optimizer optimizer = optim.SGD(linear.parameters(), 0.1, momentum: 0.9);
        for (int step = 0; step < 2; step++)
        {
            optimizer.zero_grad();
            linear.call(s_cases.Value.Tensor("x")).square().mean().backward();
            optimizer.step();
        }

        GoldenFile.AssertClose(s_cases.Value.GetProperty("trained_original").Floats("data"), linear.get_parameter("weight_orig")!);
        Prune.Remove(linear, "weight");
        GoldenFile.AssertClose(s_cases.Value.GetProperty("trained_weight").Floats("data"), linear.weight);
    }

    private static void SkipWithoutPyTorch() => Assert.SkipUnless(PythonOracle.IsAvailable, "python3-torch is not installed.");

    private static void AssertMask(string name, nn.Module module) =>
        Assert.Equal(s_cases.Value.GetProperty("masks").GetProperty(name).Floats("data"),
            module.get_buffer("weight_mask")!.contiguous().data<float>().ToArray());

    private static Conv2d Convolution()
    {
        Conv2d conv = nn.Conv2d(4, 8, 3);
        conv.weight = nn.Parameter(s_cases.Value.Tensor("conv_weight"));
        return conv;
    }

    private static Linear Layer()
    {
        Linear linear = nn.Linear(20, 7);
        linear.weight = nn.Parameter(s_cases.Value.Tensor("linear_weight"));
        return linear;
    }
}
