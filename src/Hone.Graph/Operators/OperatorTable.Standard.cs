using Hone.Operators.Attention;
using Hone.Operators.ControlFlow;
using Hone.Operators.Convolution;
using Hone.Operators.Elementwise;
using Hone.Operators.Indexing;
using Hone.Operators.LinearAlgebra;
using Hone.Operators.Loss;
using Hone.Operators.Microsoft;
using Hone.Operators.Normalization;
using Hone.Operators.Pooling;
using Hone.Operators.Quantization;
using Hone.Operators.Random;
using Hone.Operators.Recurrent;
using Hone.Operators.Reduction;
using Hone.Operators.Shapes;
using Hone.Operators.Signal;

namespace Hone.Operators;

public sealed partial class OperatorTable
{
    /// <summary>One line per family; each family's table has one line per operator.</summary>
    private static IEnumerable<Operator> StandardOperators() =>
    [
        .. AttentionOperators.All,
        .. ControlFlowOperators.All,
        .. ConvolutionOperators.All,
        .. ElementwiseOperators.All,
        .. IndexingOperators.All,
        .. LinearAlgebraOperators.All,
        .. LossOperators.All,
        .. MicrosoftOperators.All,
        .. NormalizationOperators.All,
        .. PoolingOperators.All,
        .. QuantizationOperators.All,
        .. RandomOperators.All,
        .. RecurrentOperators.All,
        .. ReductionOperators.All,
        .. ShapesOperators.All,
        .. SignalOperators.All,
    ];
}
