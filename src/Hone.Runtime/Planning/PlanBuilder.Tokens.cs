using Hone.Graphs;
using Hone.Runtime.Execution;
using Hone.Runtime.Lowering;
using Hone.Runtime.Planning.Tokens;
using Hone.Tensors;

namespace Hone.Runtime.Planning;

internal sealed unsafe partial class PlanBuilder
{
    /// <summary>Where the values of the region lie without padding. Their shapes stay what they are; only the first rows are used.</summary>
    private readonly Dictionary<Value, Operand> _tokenPlaces = [];
    private TokenRegion? _region;
    private Operand? _record;
    private string? _paddingReport;

    /// <summary>The tokens that the current operation works on; null for one that works on padding as well.</summary>
    internal TokenGrid? Tokens => _region is not null && _current is not null && _region.Contains(_current) ? _region.Grid : null;

    /// <summary>Over how many rows or elements the current operation goes.</summary>
    /// <param name="all">With padding.</param>
    internal RowCount Rows(long all) => Tokens is { } grid ? new RowCount(all, all / grid.Count, TokenRecord()) : new RowCount(all, 0, null);

    /// <summary>The record of the tokens of a run, for an operation that works on them.</summary>
    internal Operand TokenRecord() => Touch(_record!);

    /// <summary>Has the operation, whose kernel cannot compute these shapes, read and write padding too.</summary>
    internal void TakePadding(Operation operation) => _region?.Remove(operation);

    /// <summary>Chooses the operations that work on real tokens only, and moves what tells padding to the front.</summary>
    /// <param name="operations">In order.</param>
    /// <param name="first">How many operations come before the step that finds the tokens.</param>
    private IReadOnlyList<Operation> RemovePadding(IReadOnlyList<Operation> operations, out int first)
    {
        first = -1;
        if (!_options.RemovesPadding)
            return operations;
        (_region, string? obstacle) = TokenRegion.Find(this, operations);
        if (_region is null)
        {
            _paddingReport = $"padding stays: {obstacle}";
            return operations;
        }

        _paddingReport = $"padding removed: {_region.Count} operations work on real tokens only, of {_region.Grid.Batch} sequences of up to {_region.Grid.Length}";
        (operations, first) = _region.Ordered();
        return operations;
    }

    private void FindTokens()
    {
        TokenRegion region = _region!;
        TokenGrid grid = region.Grid;
        TensorShape shape = new(Planning.Tokens.TokenRecord.Size(grid));
        _record = AddOperand(null, DataType.Int32, shape, Layout.RowMajor, NewBuffer(DataType.Int32.ByteCount(shape.ElementCount)), 0, 0);
        (Operand Place, long BatchStride)[] masks = [.. region.Masks.Select(m => (Input(m.Value, Layout.RowMajor), m.BatchStride))];
        (Operand Place, long PerToken, TokenOrder Order)[] factors =
            [.. region.Factors.Select(f => (Input(f, Layout.RowMajor), ShapeOf(f)!.ElementCount / grid.Count, region.OrderOf(f)!.Value))];
        TokenSearch search = new(grid, _record, masks, factors);
        AddStep("find-tokens", [.. masks.Select(m => m.Place), .. factors.Select(f => f.Place), _record], search.Run, region.Masks[0].Value.Name);
    }

    private bool IsOnTokens(Value value) => Tokens is not null && _region!.OrderOf(value) is not null;

    /// <summary>A value of the region without its padding.</summary>
    private Operand TokensOf(Value value)
    {
        if (_tokenPlaces.TryGetValue(value, out Operand? place))
            return place;
        Operand padded = _places.TryGetValue((value, Layout.RowMajor), out Operand? found) ? found : Turn(value, Layout.RowMajor);
        Operand tokens = PlaceTokens(value, NewBuffer(padded.ByteCount));
        AddStep("remove-padding", [_record!, padded, tokens], CopyTokens(value, tokens, padded, restores: false), value.Name);
        return tokens;
    }

    /// <summary>A value of the region with zeros at padding.</summary>
    private Operand RestorePadding(Value value)
    {
        Operand tokens = _tokenPlaces[value], padded = Place(value, Layout.RowMajor, NewBuffer(tokens.ByteCount));
        AddStep("restore-padding", [_record!, tokens, padded], CopyTokens(value, tokens, padded, restores: true), value.Name);
        return padded;
    }

    private StepAction CopyTokens(Value value, Operand tokens, Operand padded, bool restores)
    {
        TokenGrid grid = _region!.Grid;
        TokenCopyJob job = new() { Grid = grid, Order = _region.OrderOf(value)!.Value, Restores = restores, Size = tokens.ByteCount / grid.Count };
        Operand record = _record!;
        return frame =>
        {
            TokenCopyJob run = job;
            run.Record = frame[record];
            run.Tokens = frame[tokens];
            run.Padded = frame[padded];
            Kernels.Threading.WorkerPool.Shared.Run(ref run, (int)run.Grid.Batch, frame.MaxThreads);
        };
    }

    private Operand PlaceTokens(Value value, PlannedBuffer buffer, long offset = 0)
    {
        Operand operand = AddOperand(value, value.DataType, ShapeOf(value)!, Layout.RowMajor, buffer, offset, 0);
        _tokenPlaces[value] = operand;
        buffer.PendingReads += _pendingReads.GetValueOrDefault(value);
        return operand;
    }
}
