using System.Text.Json;
using Hone.Torch.Distillation;
using Hone.Torch.Tests.Qat;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Distillation;

public class DistillationLossesTests
{
    private static readonly Lazy<JsonElement> s_cases = new(() => PythonOracle.RunScript("Distillation", "distillation_cases.py"));

    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> s_losses = new()
    {
        ["logits_t4"] = (s, t) => DistillationLosses.Logits(s, t),
        ["logits_t1"] = (s, t) => DistillationLosses.Logits(s, t, 1),
        ["hidden"] = DistillationLosses.Hidden,
        ["attention"] = DistillationLosses.Attention,
    };

    public static TheoryData<string> Cases => [.. s_losses.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void LossAndGradient_ArePyTorchs(string name)
    {
        Assert.SkipUnless(PythonOracle.IsAvailable, "python3-torch is not installed.");
        JsonElement expected = s_cases.Value.GetProperty(name);
        Tensor student = expected.Tensor("student").requires_grad_();
        Tensor teacher = expected.Tensor("teacher").requires_grad_();
        Tensor loss = s_losses[name](student, teacher);
        loss.backward();
        GoldenFile.AssertClose([(float)expected.GetProperty("loss").GetDouble()], loss.reshape(1), 1e-5f);
        GoldenFile.AssertClose(expected.GetProperty("gradient").Floats("data"), student.grad!, 1e-6f);
        Assert.Null(teacher.grad);
    }

    [Fact]
    public void SelfDistillation_OfOneExit_IsCrossEntropy()
    {
        Tensor logits = randn(5, 4);
        Tensor labels = tensor(new long[] { 0, 1, 2, 3, 0 });
        Assert.Equal(nn.functional.cross_entropy(logits, labels).item<float>(), DistillationLosses.SelfDistillation([logits], labels).item<float>());
        // An exit that agrees with the deepest one has only its cross-entropy to pay.
        float two = DistillationLosses.SelfDistillation([logits, logits], labels, weight: 0.25).item<float>();
        Assert.Equal(1.75f * nn.functional.cross_entropy(logits, labels).item<float>(), two, 1e-5);
    }

    [Fact]
    public void Shapes_AreChecked()
    {
        Assert.Throws<ArgumentException>(() => DistillationLosses.Logits(zeros(2, 3), zeros(2, 4)));
        Assert.Throws<ArgumentException>(() => DistillationLosses.Hidden(zeros(2, 3), zeros(2, 4)));
        Assert.Throws<ArgumentException>(() => DistillationLosses.Attention(zeros(2, 3, 4, 4), zeros(2, 3, 2, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => DistillationLosses.Logits(zeros(2, 3), zeros(2, 3), 0));
    }
}
