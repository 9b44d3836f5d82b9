using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Recurrent;

/// <summary>The outputs of a recurrent node while they are written, in either layout.</summary>
internal sealed class RecurrentOutputs
{
    private readonly bool _batchFirst;

    /// <summary>Prepares outputs of zeros.</summary>
    public RecurrentOutputs(Node node, TensorShape output, TensorShape state)
    {
        _batchFirst = RecurrentShapes.IsBatchFirst(node);
        (Time, Batch) = _batchFirst ? ((int)output[1], (int)output[0]) : ((int)output[0], (int)output[2]);
        Directions = (int)output[_batchFirst ? 2 : 1];
        HiddenSize = (int)output[3];
        Values = new double[output.ElementCount];
        LastHidden = new double[state.ElementCount];
        LastCell = new double[state.ElementCount];
    }

    /// <value>Steps of the longest sequence.</value>
    public int Time { get; }

    /// <value>Number of sequences.</value>
    public int Batch { get; }

    /// <value>1 or 2.</value>
    public int Directions { get; }

    /// <value>Size of a hidden state.</value>
    public int HiddenSize { get; }

    /// <value>Y; zeros after the end of a sequence.</value>
    public double[] Values { get; }

    /// <value>Y_h.</value>
    public double[] LastHidden { get; }

    /// <value>Y_c.</value>
    public double[] LastCell { get; }

    /// <summary>The initial states <c>[batch, hidden]</c> of one direction; zeros when the input is left out.</summary>
    public double[] ReadState(Tensor? initial, int direction)
    {
        double[] state = new double[Batch * HiddenSize];
        if (initial is null)
            return state;
        ReadOnlySpan<double> values = TensorConversion.Widen<double>(initial);
        for (int entry = 0; entry < Batch; entry++)
            values.Slice(StateRow(direction, entry) * HiddenSize, HiddenSize).CopyTo(state.AsSpan(entry * HiddenSize));
        return state;
    }

    /// <summary>Writes the hidden state of one sequence at one time.</summary>
    /// <param name="time">When.</param>
    /// <param name="direction">Which direction.</param>
    /// <param name="entry">Which sequence.</param>
    /// <param name="hidden"><c>[batch, hidden]</c>.</param>
    public void Write(int time, int direction, int entry, double[] hidden)
    {
        int row = _batchFirst ? (entry * Time + time) * Directions + direction : (time * Directions + direction) * Batch + entry;
        hidden.AsSpan(entry * HiddenSize, HiddenSize).CopyTo(Values.AsSpan(row * HiddenSize));
    }

    /// <summary>Writes the last states <c>[batch, hidden]</c> of one direction.</summary>
    public void WriteStates(int direction, double[] hidden, double[] cell)
    {
        for (int entry = 0; entry < Batch; entry++)
        {
            int start = StateRow(direction, entry) * HiddenSize;
            hidden.AsSpan(entry * HiddenSize, HiddenSize).CopyTo(LastHidden.AsSpan(start));
            cell.AsSpan(entry * HiddenSize, HiddenSize).CopyTo(LastCell.AsSpan(start));
        }
    }

    private int StateRow(int direction, int entry) => _batchFirst ? entry * Directions + direction : direction * Batch + entry;
}
