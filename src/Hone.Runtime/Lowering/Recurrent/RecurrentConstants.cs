using Hone.Kernels.Cpu;
using Hone.Kernels.Recurrent;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Recurrent;

/// <summary>The weights of a recurrent node, in float32 or as codes, from which the layer is packed.</summary>
/// <param name="Shape">The cell and its sizes.</param>
/// <param name="Bias">[directions, 2 * gates * hidden], or null.</param>
/// <param name="Peepholes">[directions, 3 * hidden], or null.</param>
internal sealed record RecurrentConstants(RecurrentShape Shape, Tensor? Bias, Tensor? Peepholes)
{
    /// <value>[directions, gates * hidden, input] in float32.</value>
    internal Tensor? Input { get; init; }

    /// <value>[directions, gates * hidden, hidden] in float32.</value>
    internal Tensor? Hidden { get; init; }

    internal RecurrentCodes? InputCodes { get; init; }

    internal RecurrentCodes? HiddenCodes { get; init; }

    internal int Directions => InputCodes?.Directions ?? (int)Input!.Shape[0];

    /// <summary>Packs the layer.</summary>
    internal RecurrentLayer Pack(bool isReverse, float clip, KernelOptions options) => (InputCodes, Directions) switch
    {
        (null, 2) => new RecurrentLayer(Shape, Floats(0), Floats(1), clip, options),
        (null, _) => new RecurrentLayer(Shape, Floats(0), isReverse, clip, options),
        (_, 2) => new RecurrentLayer(Shape, Codes(0), Codes(1), clip, options),
        _ => new RecurrentLayer(Shape, Codes(0), isReverse, clip, options),
    };

    private int Rows => Shape.Gates * Shape.HiddenSize;

    private RecurrentWeights Floats(int direction) => new()
    {
        Input = Part(Input, direction, Rows * Shape.InputSize),
        Hidden = Part(Hidden, direction, Rows * Shape.HiddenSize),
        Bias = Part(Bias, direction, 2 * Rows),
        Peepholes = Part(Peepholes, direction, 3 * Shape.HiddenSize),
    };

    private QuantizedRecurrentWeights Codes(int direction) => new()
    {
        Input = InputCodes!.CodesOf(direction),
        InputScales = InputCodes.ScalesOf(direction),
        Hidden = HiddenCodes!.CodesOf(direction),
        HiddenScales = HiddenCodes.ScalesOf(direction),
        Bias = Part(Bias, direction, 2 * Rows),
        Peepholes = Part(Peepholes, direction, 3 * Shape.HiddenSize),
    };

    private static ReadOnlySpan<float> Part(Tensor? tensor, int direction, int length) =>
        tensor is null ? [] : tensor.AsSpan<float>().Slice(direction * length, length);
}
