using Hone.Operators.Attention;
using Hone.Operators.Convolution;
using Hone.Operators.Elementwise;
using Hone.Operators.LinearAlgebra;
using Hone.Operators.Loss;
using Hone.Operators.Microsoft;
using Hone.Operators.Normalization;
using Hone.Operators.Pooling;
using Hone.Operators.Quantization;
using Hone.Operators.Recurrent;
using Hone.Operators.Signal;

namespace Hone.Operators;

public sealed partial class OperatorTable
{
    /// <summary>One line per family; each family's table has one line per operator.</summary>
    private static IEnumerable<Operator> StandardOperators() =>
    [
        .. AttentionOperators.All,
        .. ConvolutionOperators.All,
        .. ElementwiseOperators.All,
        .. LinearAlgebraOperators.All,
        .. LossOperators.All,
        .. MicrosoftOperators.All,
        .. NormalizationOperators.All,
        .. PoolingOperators.All,
        .. QuantizationOperators.All,
        .. RecurrentOperators.All,
        .. SignalOperators.All,
    ];
}
