namespace Hone.Kernels.Elementwise;

/// <summary>fp32 functions of one value; <c>alpha</c> and <c>beta</c> are those of <see cref="Activation"/>.</summary>
public enum UnaryOperation
{
    /// <summary>x.</summary>
    Identity = 0,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, alpha), beta).</summary>
    Clip,

    /// <summary>x, or alpha * x below 0.</summary>
    LeakyRelu,

    /// <summary>x * clip(x / 6 + 1/2, 0, 1).</summary>
    HardSwish,

    /// <summary>clip(alpha * x + beta, 0, 1).</summary>
    HardSigmoid,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>x * sigmoid(alpha * x); alpha = 1 is SiLU.</summary>
    Silu,

    /// <summary>x / 2 * (1 + erf(x / sqrt 2)).</summary>
    Gelu,

    /// <summary>x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))).</summary>
    GeluTanh,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>x, or alpha * (e^x - 1) below 0.</summary>
    Elu,

    /// <summary>log(1 + e^x).</summary>
    Softplus,

    /// <summary>x * tanh(softplus x).</summary>
    Mish,

    /// <summary>x / (1 + |x|).</summary>
    Softsign,

    /// <summary>|x|.</summary>
    Abs,

    /// <summary>-x.</summary>
    Negate,

    /// <summary>Square root.</summary>
    Sqrt,

    /// <summary>1 / x.</summary>
    Reciprocal,

    /// <summary>x * x.</summary>
    Square,

    /// <summary>Largest whole number not above x.</summary>
    Floor,

    /// <summary>Smallest whole number not below x.</summary>
    Ceiling,

    /// <summary>Nearest whole number, halves to even.</summary>
    Round,

    /// <summary>-1, 0 or 1.</summary>
    Sign,

    /// <summary>e^x.</summary>
    Exp,

    /// <summary>Natural logarithm.</summary>
    Log,

    /// <summary>Error function.</summary>
    Erf,

    /// <summary>alpha * x + beta.</summary>
    Affine,
}
