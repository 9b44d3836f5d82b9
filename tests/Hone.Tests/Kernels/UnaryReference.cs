using Hone.Kernels.Elementwise;

namespace Hone.Tests.Kernels;

/// <summary>The plain definition of every unary operation, in double.</summary>
internal static class UnaryReference
{
    internal static double Apply(Activation f, double x)
    {
        double alpha = f.Alpha, beta = f.Beta;
        return f.Operation switch
        {
            UnaryOperation.Identity => x,
            UnaryOperation.Relu => Math.Max(x, 0),
            UnaryOperation.Clip => Math.Min(Math.Max(x, alpha), beta),
            UnaryOperation.LeakyRelu => x < 0 ? alpha * x : x,
            UnaryOperation.HardSwish => x * Math.Clamp(x / 6 + 0.5, 0, 1),
            UnaryOperation.HardSigmoid => Math.Clamp(alpha * x + beta, 0, 1),
            UnaryOperation.Sigmoid => 1 / (1 + Math.Exp(-x)),
            UnaryOperation.Silu => x / (1 + Math.Exp(-alpha * x)),
            UnaryOperation.Gelu => x * 0.5 * Erfc(-x / Math.Sqrt(2)),
            UnaryOperation.GeluTanh => x * 0.5 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
            UnaryOperation.Tanh => Math.Tanh(x),
            UnaryOperation.Elu => x < 0 ? alpha * (Math.Exp(x) - 1) : x,
            UnaryOperation.Softplus => x > 30 ? x : Math.Log(1 + Math.Exp(x)),
            UnaryOperation.Mish => x * Math.Tanh(x > 30 ? x : Math.Log(1 + Math.Exp(x))),
            UnaryOperation.Softsign => x / (1 + Math.Abs(x)),
            UnaryOperation.Abs => Math.Abs(x),
            UnaryOperation.Negate => -x,
            UnaryOperation.Sqrt => Math.Sqrt(x),
            UnaryOperation.Reciprocal => 1 / x,
            UnaryOperation.Square => x * x,
            UnaryOperation.Floor => Math.Floor(x),
            UnaryOperation.Ceiling => Math.Ceiling(x),
            UnaryOperation.Round => Math.Round(x, MidpointRounding.ToEven),
            UnaryOperation.Sign => double.IsNaN(x) ? x : Math.Sign(x),
            UnaryOperation.Exp => Math.Exp(x),
            UnaryOperation.Log => Math.Log(x),
            UnaryOperation.Erf => Math.Abs(x) < 2.5 ? ErfSeries(x) : 1 - Erfc(x),
            UnaryOperation.Affine => alpha * x + beta,
            _ => throw new ArgumentOutOfRangeException(nameof(f)),
        };
    }

    /// <summary>Complementary error function: power series near 0, continued fraction beyond.</summary>
    internal static double Erfc(double x)
    {
        if (x < 0)
        {
            return 2 - Erfc(-x);
        }

        if (x < 2.5)
        {
            return 1 - ErfSeries(x);
        }

        double fraction = 0;
        for (int n = 60; n >= 1; n--)
        {
            fraction = n / 2.0 / (x + fraction);
        }

        return double.IsPositiveInfinity(x) ? 0 : Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
    }

    private static double ErfSeries(double x)
    {
        double term = x, sum = x;
        for (int n = 1; n < 80; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
