using Hone.Kernels.Elementwise;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class UnaryTests
{
    public static TheoryData<UnaryOperation> Operations => [.. Enum.GetValues<UnaryOperation>()];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Run_ManyValues_WithinTolerance(UnaryOperation operation)
    {
        Activation activation = With(operation);
        float[] values = [.. Enumerable.Range(-4000, 8001).Select(i => i / 173f), 0f, -0f, 1e-30f, -1e-30f, 60f, -60f, 87f, -87f, -100f, 1e-3f, 3e38f];
        if (operation is UnaryOperation.Log or UnaryOperation.Sqrt)
        {
            values = [.. values.Select(MathF.Abs), 1e-40f];
        }

        float[] actual = Run(activation, values, 0);
        for (int i = 0; i < values.Length; i++)
        {
            double expected = UnaryReference.Apply(activation, values[i]);
            double tolerance = Math.Abs((float)expected) * Relative(operation) + Absolute(operation, values[i]);
            bool same = (float)expected == actual[i] || Math.Abs(expected - actual[i]) <= tolerance;
            Assert.True(same, $"{operation}({values[i]:R}) = {actual[i]:R} instead of {expected:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Run_AnyLengthAndPosition_SameBitsAndNothingBeyond(UnaryOperation operation)
    {
        Activation activation = With(operation);
        float[] values = [.. Enumerable.Range(0, 70).Select(i => 0.1f + i * 0.07f)];
        float[] whole = Run(activation, values, 0);
        for (int count = 0; count <= 70; count++)
        {
            Assert.Equal(whole[..count], Run(activation, values[..count], count % 2));
        }

        Assert.Equal(whole[13..], Run(activation, values[13..], 0));
    }

    [Theory]
    [InlineData(UnaryOperation.Relu)]
    [InlineData(UnaryOperation.Clip)]
    [InlineData(UnaryOperation.Sigmoid)]
    [InlineData(UnaryOperation.Silu)]
    [InlineData(UnaryOperation.Gelu)]
    [InlineData(UnaryOperation.Tanh)]
    [InlineData(UnaryOperation.Exp)]
    [InlineData(UnaryOperation.Log)]
    [InlineData(UnaryOperation.HardSwish)]
    [InlineData(UnaryOperation.Softplus)]
    public void Run_NaN_StaysNaN(UnaryOperation operation) => Assert.True(float.IsNaN(Run(With(operation), [float.NaN], 0)[0]));

    [Fact]
    public void Run_Infinities_GiveLimits()
    {
        Assert.Equal([0f, float.PositiveInfinity], Run(new(UnaryOperation.Exp), [float.NegativeInfinity, float.PositiveInfinity], 0));
        Assert.Equal([-1f, 1f], Run(new(UnaryOperation.Tanh), [float.NegativeInfinity, float.PositiveInfinity], 0));
        Assert.Equal([0f, 1f], Run(new(UnaryOperation.Sigmoid), [float.NegativeInfinity, float.PositiveInfinity], 0));
        Assert.Equal([-1f, 1f], Run(new(UnaryOperation.Erf), [float.NegativeInfinity, float.PositiveInfinity], 0));
        Assert.Equal([float.NegativeInfinity, float.PositiveInfinity], Run(new(UnaryOperation.Log), [0f, float.PositiveInfinity], 0));
        Assert.True(float.IsNaN(Run(new(UnaryOperation.Log), [-1f], 0)[0]));
    }

    private static Activation With(UnaryOperation operation) => operation switch
    {
        UnaryOperation.Clip => new(operation, -1.5f, 2.5f),
        UnaryOperation.HardSigmoid => new(operation, 0.2f, 0.5f),
        UnaryOperation.LeakyRelu => new(operation, 0.01f),
        UnaryOperation.Silu or UnaryOperation.Elu => new(operation, 1),
        UnaryOperation.Affine => new(operation, 1.7f, -0.3f),
        _ => new(operation),
    };

    private static double Relative(UnaryOperation operation) => operation switch
    {
        UnaryOperation.Exp or UnaryOperation.Log => 2 * 1.2e-7,
        UnaryOperation.Tanh or UnaryOperation.Erf => 3 * 1.2e-7,
        UnaryOperation.Sigmoid => 4 * 1.2e-7,
        _ => 8 * 1.2e-7,
    };

    // Results that cancel are bounded absolutely: by the rounding of what cancels.
    private static double Absolute(UnaryOperation operation, float x) => operation switch
    {
        UnaryOperation.Gelu or UnaryOperation.GeluTanh => 3e-7 * Math.Abs(x),
        UnaryOperation.Elu or UnaryOperation.Softplus or UnaryOperation.Affine or UnaryOperation.HardSigmoid => 2e-7,
        UnaryOperation.HardSwish or UnaryOperation.Mish => 2e-7 * Math.Abs(x),
        UnaryOperation.Exp or UnaryOperation.Sigmoid => 3e-45,
        UnaryOperation.Silu => 3e-45 * Math.Abs(x),
        _ => 0,
    };

    private static float[] Run(Activation activation, float[] values, int atStart)
    {
        using GuardedBuffer x = GuardedBuffer.Of<float>(values, atStart == 1), y = new(values.Length * 4L, atStart == 0);
        Unary.Run(activation, (float*)x.Pointer, (float*)y.Pointer, values.Length);
        float[] apart = y.Span<float>().ToArray();
        Unary.Run(activation, (float*)x.Pointer, (float*)x.Pointer, values.Length);
        Assert.Equal(apart, x.Span<float>().ToArray());
        return apart;
    }
}
