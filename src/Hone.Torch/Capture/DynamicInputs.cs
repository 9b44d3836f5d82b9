using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Hone.Torch.Capture;

/// <summary>The example inputs at any size of the dynamic dimensions.</summary>
internal sealed class DynamicInputs
{
    private readonly CaptureOptions _options;
    private readonly Tensor[] _tensors;

    /// <exception cref="CaptureException">A dynamic dimension names an input or axis that is not there, or sizes that differ.</exception>
    public DynamicInputs(ForwardMethod forward, CaptureOptions options)
    {
        Forward = forward;
        _options = options;
        _tensors = [.. forward.Arguments.SelectMany(Snapshot.Tensors)];
        if (_tensors.Length == 0)
            throw new CaptureException("The example inputs hold no tensor.");
        Names = NameTensors();
        Dimensions = [.. BatchDimension(), .. options.DynamicDims];
        foreach (DynamicDim dimension in Dimensions)
            Check(dimension);
        CheckDistinct();
    }

    public ForwardMethod Forward { get; }

    public IReadOnlyList<DynamicDim> Dimensions { get; }

    private IReadOnlyList<string> Names { get; }

    /// <summary>The example's sizes, then one set of sizes for each dimension in which only it moves, then one in which all move.</summary>
    public IEnumerable<IReadOnlyList<long>> SizesToTrace()
    {
        // A dimension of 1 broadcasts and squeezes, which hides how it is used.
        long[] sizes = [.. Dimensions.Select(d => Math.Max(SizeOf(d), d.Multiple == 1 ? 2 : d.Multiple))];
        yield return sizes;
        for (int i = 0; i < sizes.Length; i++)
            yield return [.. sizes.Select((size, j) => j == i ? Move(size, Dimensions[j], 1) : size)];
        if (_options.DynamicDims.Count > 0)
            yield return [.. sizes.Select((size, j) => Move(size, Dimensions[j], 2))];
    }

    /// <summary>Copies of the arguments at given sizes: rows of the example, repeated or cut.</summary>
    public (object?[] Arguments, IReadOnlyList<(string Name, Tensor Tensor)> Tensors) Resize(IReadOnlyList<long> sizes)
    {
        List<(string, Tensor)> resized = [];
        object?[] arguments = Array.ConvertAll(Forward.Arguments, argument => Map(argument, tensor =>
        {
            Tensor copy = Resize(tensor, resized.Count, sizes);
            resized.Add((Names[resized.Count], copy));
            return copy;
        }));
        return (arguments, resized);
    }

    /// <summary>What it means that the module throws at these sizes.</summary>
    public string DescribeFailure(IReadOnlyList<long> sizes, Exception error)
    {
        string reason = $"{error.GetType().Name}: {error.Message.Split('\n')[0].TrimEnd('.')}.";
        int[] moved = [.. Enumerable.Range(0, sizes.Count).Where(i => sizes[i] != SizeOf(Dimensions[i]))];
        if (moved.Length == 0)
            return $"The module itself fails on the example inputs. {reason}";
        string[] changes = [.. moved.Select(i => $"'{Dimensions[i].Name}' is {sizes[i]} instead of the example's {SizeOf(Dimensions[i])}")];
        bool isBatch = moved.Any(i => !_options.DynamicDims.Contains(Dimensions[i]));
        return $"The module runs at one size only: it fails where {string.Join(" and ", changes)}. {reason} "
            + $"Either a size is fixed in the module where it should follow its input, or the dimension is not dynamic: leave it out of {nameof(CaptureOptions.DynamicDims)}"
            + (isBatch ? $", or set {nameof(CaptureOptions.DynamicBatch)} = false." : ".");
    }

    private static object? Map(object? argument, Func<Tensor, Tensor> map) => argument switch
    {
        Tensor tensor => map(tensor),
        Tensor[] tensors => Array.ConvertAll(tensors, tensor => map(tensor)),
        List<Tensor> tensors => tensors.ConvertAll(tensor => map(tensor)),
        Dictionary<string, Tensor> tensors => tensors.ToDictionary(pair => pair.Key, pair => map(pair.Value)),
        ITuple tuple => Activator.CreateInstance(tuple.GetType(), [.. Enumerable.Range(0, tuple.Length).Select(i => Map(tuple[i], map))]),
        _ => argument,
    };

    private static long Move(long size, DynamicDim dimension, int steps)
    {
        // Smaller where possible: a longest sequence length must not be exceeded.
        long smaller = size - (steps * dimension.Multiple);
        return smaller >= Math.Max(2, dimension.Multiple) ? smaller : size + (steps * dimension.Multiple);
    }

    private Tensor Resize(Tensor tensor, int input, IReadOnlyList<long> sizes)
    {
        Tensor result = tensor.detach().clone();
        for (int i = 0; i < Dimensions.Count; i++)
        {
            foreach ((int _, int axis) in Dimensions[i].Axes.Where(place => place.Input == input))
            {
                using Tensor rows = arange(sizes[i], int64).remainder(tensor.shape[axis]);
                using Tensor previous = result;
                result = previous.index_select(axis, rows);
            }
        }

        return result;
    }

    private IEnumerable<DynamicDim> BatchDimension()
    {
        if (!_options.DynamicBatch || _tensors[0].dim() == 0 || _options.DynamicDims.Any(d => d.Axes.Contains((0, 0))))
            return [];
        long batch = _tensors[0].shape[0];
        HashSet<(int, int)> named = [.. _options.DynamicDims.SelectMany(d => d.Axes)];
        return [new DynamicDim(_options.BatchName, [.. Enumerable.Range(0, _tensors.Length)
            .Where(i => _tensors[i].dim() > 0 && _tensors[i].shape[0] == batch && !named.Contains((i, 0))).Select(i => (i, 0))])];
    }

    private string[] NameTensors()
    {
        List<string> names = [];
        for (int i = 0; i < Forward.Arguments.Length; i++)
        {
            int count = Snapshot.Tensors(Forward.Arguments[i]).Count();
            for (int j = 0; j < count; j++)
                names.Add(names.Count < _options.InputNames.Count ? _options.InputNames[names.Count] : count == 1 ? Forward.ParameterNames[i] : $"{Forward.ParameterNames[i]}_{j}");
        }

        return [.. names];
    }

    private long SizeOf(DynamicDim dimension) => _tensors[dimension.Axes[0].Input].shape[dimension.Axes[0].Axis];

    private void CheckDistinct()
    {
        if (Dimensions.GroupBy(d => d.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } sameName)
            throw new CaptureException($"Two dynamic dimensions are called '{sameName.Key}'. Give one of them all the axes, or another name.");
        if (Dimensions.SelectMany(d => d.Axes).GroupBy(place => place).FirstOrDefault(group => group.Count() > 1) is { Key: var (input, axis) })
            throw new CaptureException($"Axis {axis} of input {input} belongs to two dynamic dimensions.");
    }

    private void Check(DynamicDim dimension)
    {
        if (dimension.Axes.Count == 0)
            throw new CaptureException($"The dynamic dimension '{dimension.Name}' names no input and axis.");
        foreach ((int input, int axis) in dimension.Axes)
        {
            if (input < 0 || input >= _tensors.Length || axis < 0 || axis >= _tensors[input].dim())
                throw new CaptureException($"The dynamic dimension '{dimension.Name}' names axis {axis} of input {input}, which does not exist.");
            long size = _tensors[input].shape[axis];
            if (size != SizeOf(dimension) || size % dimension.Multiple != 0 || size == 0)
                throw new CaptureException(
                    $"The dynamic dimension '{dimension.Name}' is {SizeOf(dimension)} in one input and {size} in input {input}, or no multiple of {dimension.Multiple}.");
        }
    }
}
