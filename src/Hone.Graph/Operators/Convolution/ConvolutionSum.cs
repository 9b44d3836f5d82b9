using System.Numerics;
using Hone.Graphs;
using Hone.Numerics;
using Hone.Operators.Windows;
using Hone.Tensors;

namespace Hone.Operators.Convolution;

/// <summary>The sum of products of a convolution, for every number type: windows are unfolded into columns and multiplied by the weight.</summary>
internal sealed class ConvolutionSum
{
    /// <summary>Elements of a matrix of columns; large enough that the product takes the time, small enough for the cache.</summary>
    private const int ColumnElements = 1 << 18;

    private readonly SlidingWindow _window;
    private readonly int _batch;
    private readonly int _group;
    private readonly int _inputChannels;
    private readonly int _outputChannels;

    /// <summary>Applies the shape rules to concrete shapes.</summary>
    /// <param name="node">The convolution.</param>
    /// <param name="input"><c>[N, C, ...]</c>.</param>
    /// <param name="weight"><c>[M, C / group, ...]</c>.</param>
    /// <param name="bias"><c>[M]</c> or null.</param>
    /// <param name="outputType">Element type of the output, for its size.</param>
    public ConvolutionSum(Node node, TensorShape input, TensorShape weight, TensorShape? bias, DataType outputType)
    {
        SymbolicShape symbolicWeight = new(weight);
        SymbolicShape? output = ConvolutionRules.InferShape(node, new SymbolicShape(input), symbolicWeight, bias is null ? null : new SymbolicShape(bias));
        OutputShape = node.Concrete(output!, outputType);
        _window = new SlidingWindow(WindowAttributes.Read(node, ConvolutionRules.Kernel(node, symbolicWeight)!).Resolve(input.Dimensions[2..]));
        _batch = checked((int)input[0]);
        _group = (int)ConvolutionRules.Group(node);
        _inputChannels = checked((int)weight[1]);
        _outputChannels = checked((int)weight[0]) / _group;
    }

    /// <value><c>[N, M, ...]</c>.</value>
    public TensorShape OutputShape { get; }

    /// <value>Number of windows: the product of the output's spatial sizes.</value>
    public int PlaneSize => _window.OutputCount;

    /// <summary>The sums, each started with its channel's bias.</summary>
    /// <param name="input"><c>[N, C, ...]</c>; padding counts as 0.</param>
    /// <param name="weight"><c>[M, C / group, ...]</c>.</param>
    /// <param name="bias"><c>[M]</c>, or empty.</param>
    /// <returns><c>[N, M, ...]</c>. The products are added in the order of the weight's elements.</returns>
    public T[] Compute<T>(ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias)
        where T : unmanaged, INumber<T>
    {
        T[] output = new T[OutputShape.ElementCount];
        if (output.Length == 0)
            return output;
        int taps = _window.TapCount;
        int depth = checked(_inputChannels * taps);
        int block = Math.Clamp(ColumnElements / Math.Max(depth, 1), 16, Math.Max(PlaneSize, 16));
        int[] places = new int[checked(taps * block)];
        T[] columns = new T[checked(depth * block)];
        T[] sums = new T[checked(_outputChannels * block)];
        for (int start = 0; start < PlaneSize; start += block)
        {
            int count = Math.Min(block, PlaneSize - start);
            for (int i = 0; i < count; i++)
                _window.PlacesOf(start + i, places.AsSpan(i), count);
            for (int image = 0; image < _batch * _group; image++)
            {
                int firstChannel = image % _group * _outputChannels;
                Unfold(input.Slice(image * _inputChannels * _window.InputCount, _inputChannels * _window.InputCount), places.AsSpan(0, taps * count), columns);
                for (int channel = 0; channel < _outputChannels; channel++)
                    sums.AsSpan(channel * count, count).Fill(bias.IsEmpty ? T.Zero : bias[firstChannel + channel]);
                MatrixProduct.Add(weight.Slice(firstChannel * depth, _outputChannels * depth), columns, sums, _outputChannels, depth, count);
                for (int channel = 0; channel < _outputChannels; channel++)
                    sums.AsSpan(channel * count, count).CopyTo(output.AsSpan((image * _outputChannels + channel) * PlaneSize + start));
            }
        }

        return output;
    }

    private void Unfold<T>(ReadOnlySpan<T> planes, ReadOnlySpan<int> places, Span<T> columns)
        where T : unmanaged, INumber<T>
    {
        for (int channel = 0; channel < _inputChannels; channel++)
        {
            ReadOnlySpan<T> plane = planes.Slice(channel * _window.InputCount, _window.InputCount);
            Span<T> rows = columns.Slice(channel * places.Length, places.Length);
            for (int i = 0; i < places.Length; i++)
                rows[i] = places[i] >= 0 ? plane[places[i]] : T.Zero;
        }
    }
}
