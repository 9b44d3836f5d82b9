using System.Text.Json;
using Hone.Quantization;
using Hone.Quantization.Formulas;
using Hone.Tensors;

namespace Hone.Tests.Quantization.Formulas;

public class FakeQuantizationTests
{
    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, GoldenFile.Load("fake_quantize.json").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void ForwardAndBackward_AreThoseOfPyTorch(int index)
    {
        JsonElement golden = GoldenFile.Load("fake_quantize.json")[index];
        bool isPerChannel = golden.GetProperty("kind").GetString() == "per_channel";
        QuantizationParameters parameters = isPerChannel
            ? new(DataType.Int8, golden.Floats("scale"), golden.Integers("zero_point"), golden.GetProperty("axis").GetInt32())
            : new(DataType.UInt8, [(float)golden.GetProperty("scale").GetDouble()], [golden.GetProperty("zero_point").GetInt32()]);
        long[] shape = isPerChannel ? [.. golden.Integers("shape")] : [golden.Floats("x").Length];
        (int minimum, int maximum) = (golden.GetProperty("qmin").GetInt32(), golden.GetProperty("qmax").GetInt32());
        using Tensor x = Tensor.Create(golden.Floats("x"), shape);
        using Tensor incoming = Tensor.Create(golden.Floats("grad_y"), shape);

        using Tensor y = FakeQuantization.Forward(x, parameters, minimum, maximum);
        using Tensor gradient = FakeQuantization.Backward(x, incoming, parameters, minimum, maximum);

        Assert.Equal(golden.Floats("y"), y.ToSingleArray());
        Assert.Equal(golden.Floats("grad_x"), gradient.ToSingleArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Forward_Ties_RoundToEvenBeforeTheZeroPoint(int zeroPoint)
    {
        using Tensor x = Tensor.Vector(0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 3.5f, -3.5f);
        using Tensor y = FakeQuantization.Forward(x, new(DataType.Int8, [1], [zeroPoint]), -128, 127);
        Assert.Equal([0f, 2f, 2f, 0f, -2f, -2f, 4f, -4f], y.ToSingleArray());
    }
}
