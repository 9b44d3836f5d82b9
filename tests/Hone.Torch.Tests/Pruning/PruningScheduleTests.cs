using Hone.Torch.Pruning;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hone.Torch.Tests.Pruning;

public class PruningScheduleTests
{
    [Fact]
    public void Polynomial_IsZhuAndGuptas()
    {
        PolynomialSchedule schedule = new(0.875, 100, 500, 100);
        // s_f * (1 - (1 - t)^3) for t = 0, 1/4, 1/2, 3/4, 1.
        Assert.Equal([0, 0.875 * 37 / 64, 0.875 * 7 / 8, 0.875 * 63 / 64, 0.875], new[] { 100, 200, 300, 400, 500 }.Select(schedule.SparsityAt),
            (e, a) => Math.Abs(e - a) < 1e-12);
        Assert.Equal(schedule.SparsityAt(200), schedule.SparsityAt(299));
        Assert.Equal(0, schedule.SparsityAt(99));
        Assert.Equal(0.875, schedule.SparsityAt(9999));
    }

    [Fact]
    public void Exponential_TakesTheSameFractionEachTime()
    {
        ExponentialSchedule schedule = new(0.9375, 0, 4);
        Assert.Equal([0, 0.5, 0.75, 0.875, 0.9375], Enumerable.Range(0, 5).Select(schedule.SparsityAt), (e, a) => Math.Abs(e - a) < 1e-12);
    }

    [Fact]
    public void Amounts_ReachTheFinalSparsity()
    {
        foreach (PruningSchedule schedule in new PruningSchedule[] { new ConstantSchedule(0.8, 3), new PolynomialSchedule(0.8, 2, 11, 4),
            new ExponentialSchedule(0.8, 0, 9, 2) })
        {
            using Linear linear = nn.Linear(100, 100);
            for (int step = 0; step < 15; step++)
            {
                double amount = schedule.AmountAt(step, SparsityReport.Of(linear).Sparsity);
                Assert.Equal(schedule.PrunesAt(step) && schedule.SparsityAt(step) > 0, amount > 0);
                if (amount > 0)
                    Prune.L1Unstructured(linear, "weight", amount);
                Assert.Equal(schedule.SparsityAt(step), SparsityReport.Of(linear).Sparsity, 1e-4);
            }

            Assert.Equal(0.8, SparsityReport.Of(linear).Sparsity, 1e-4);
        }
    }

    [Fact]
    public void WrongArguments_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PolynomialSchedule(0.5, 5, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialSchedule(0.5, 0, 4, 0));
    }
}
