using System.Text.Json;
using Hone.Graphs;
using Hone.Torch.Qat;
using Hone.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Hone.Torch.Tests.Qat;

public class ConvBatchNormTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Forward_ThreeSteps_FollowsPyTorch(int index)
    {
        JsonElement golden = GoldenFile.Load("qat.json").GetProperty("conv_bn")[index];
        Node node = ConvolutionNode((float)golden.GetProperty("eps").GetDouble(), (float)golden.GetProperty("momentum").GetDouble());
        using Tensor weight = golden.Tensor("weight").requires_grad_(true);
        using Tensor gamma = tensor(golden.Floats("gamma")).requires_grad_(true);
        using Tensor beta = tensor(golden.Floats("beta")).requires_grad_(true);
        using Tensor mean = tensor(golden.Floats("running_mean"));
        using Tensor variance = tensor(golden.Floats("running_var"));
        PerChannelRange range = new();
        foreach (JsonElement step in golden.GetProperty("steps").EnumerateArray())
        {
            using Tensor x = step.Tensor("x").requires_grad_(true);
            bool frozen = step.GetProperty("bn_frozen").GetBoolean();
            Tensor y = ConvBatchNorm.Forward(node, new ConvBatchNormTensors(x, weight, null, gamma, beta, mean, variance), range.Round, !frozen);
            if (golden.GetProperty("relu").GetBoolean())
                y = y.relu();
            y.backward([tensor(step.Floats("grad_y"), y.shape)]);
            GoldenFile.AssertClose(step.Floats("y"), y, 2e-5f);
            GoldenFile.AssertClose(step.Floats("grad_x"), x.grad!, 2e-5f);
            GoldenFile.AssertClose(step.Floats("grad_weight"), weight.grad!, 1e-4f);
            GoldenFile.AssertClose(step.Floats("grad_gamma"), gamma.grad!, 1e-4f);
            GoldenFile.AssertClose(step.Floats("grad_beta"), beta.grad!, 1e-4f);
            GoldenFile.AssertClose(step.Floats("running_mean"), mean);
            GoldenFile.AssertClose(step.Floats("running_var"), variance);
            foreach (Tensor parameter in new[] { weight, gamma, beta })
                parameter.grad!.zero_();
        }
    }

    [Fact]
    public void Forward_GammaZero_GivesBeta()
    {
        Node node = ConvolutionNode(1e-5f, 0.1f);
        using Tensor gamma = zeros(4).requires_grad_(true);
        ConvBatchNormTensors tensors = new(randn(2, 3, 6, 6), randn(4, 3, 3, 3).requires_grad_(true), null, gamma, full([4], 0.5f), zeros(4), ones(4));
        Tensor y = ConvBatchNorm.Forward(node, tensors, w => w, usesBatchStatistics: true);
        y.sum().backward();
        Assert.True(y.eq(0.5f).all().item<bool>());
        Assert.True(gamma.grad!.isfinite().all().item<bool>());
    }

    private static Node ConvolutionNode(float epsilon, float momentum)
    {
        GraphBuilder builder = new(operators: QatOperators.Table);
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(2, 3, 6, 6));
        Value w = builder.Constant("w", new Hone.Tensors.Tensor(DataType.Float32, new TensorShape(4, 3, 3, 3)));
        Value c = builder.Constant("c", new Hone.Tensors.Tensor(DataType.Float32, new TensorShape(4)));
        AttributeMap attributes = AttributeMap.Of(("pads", new long[] { 1, 1, 1, 1 }), ("epsilon", epsilon), ("momentum", 1 - momentum));
        return builder.Node("ConvBatchNorm", [x, w, null, c, c, c, c], ["y"], attributes, domain: QatOperators.Domain);
    }

    /// <summary>PyTorch's PerChannelMinMaxObserver with a symmetric int8 fake quantization, as the golden cases use it.</summary>
    private sealed class PerChannelRange
    {
        private Tensor? _minimum;
        private Tensor? _maximum;

        internal Tensor Round(Tensor weight)
        {
            Tensor rows = weight.detach().reshape(weight.shape[0], -1);
            _minimum = _minimum is null ? rows.amin([1L]) : minimum(_minimum, rows.amin([1L]));
            _maximum = _maximum is null ? rows.amax([1L]) : maximum(_maximum, rows.amax([1L]));
            Tensor zero = zeros_like(_minimum);
            Tensor scale = (maximum(minimum(_minimum, zero).neg(), maximum(_maximum, zero)) / 127.5f).clamp(1.1920929e-7f);
            return FakeQuantizeFunctions.FakeQuantizePerChannelAffine(weight, scale, zeros(scale.shape, ScalarType.Int32), 0, -128, 127);
        }
    }
}
