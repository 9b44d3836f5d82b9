using Hone.Kernels.Elementwise;
using Hone.TestKit;

namespace Hone.Tests.Kernels;

public sealed unsafe class BinaryTests
{
    public static TheoryData<BinaryOperation> Operations => [.. Enum.GetValues<BinaryOperation>()];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Run_AnyLengthAndScalars_EqualsDefinition(BinaryOperation operation)
    {
        Random random = new(5);
        for (int count = 0; count <= 67; count++)
        {
            float[] a = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 4 - 2)], b = [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 4 - 2)];
            if (count > 5)
            {
                a[3] = float.NaN;
                b[4] = float.NaN;
            }

            foreach ((bool scalarA, bool scalarB) in new[] { (false, false), (true, false), (false, true) })
            {
                float[] left = scalarA ? [1.25f] : a, right = scalarB ? [-0.75f] : b;
                using GuardedBuffer x = GuardedBuffer.Of<float>(left), z = GuardedBuffer.Of<float>(right), y = new(count * 4L);
                Binary.Run(operation, (float*)x.Pointer, scalarA, (float*)z.Pointer, scalarB, (float*)y.Pointer, count);
                for (int i = 0; i < count; i++)
                {
                    Assert.Equal(Apply(operation, left[scalarA ? 0 : i], right[scalarB ? 0 : i]), y.Span<float>()[i]);
                }
            }
        }
    }

    private static float Apply(BinaryOperation operation, float a, float b) => operation switch
    {
        BinaryOperation.Add => a + b,
        BinaryOperation.Subtract => a - b,
        BinaryOperation.Multiply => a * b,
        BinaryOperation.Divide => a / b,
        BinaryOperation.Min => MathF.Min(a, b),
        BinaryOperation.Max => MathF.Max(a, b),
        BinaryOperation.PRelu => a < 0 ? a * b : a,
        BinaryOperation.SquaredDifference => (a - b) * (a - b),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };
}
