using Hone.Tensors;

namespace Hone.Operators.Attention;

/// <summary>What is added to the scores: the mask, the causal frontier, and the end of the valid keys.</summary>
internal sealed class AttentionMask
{
    private readonly double[] _mask;
    private readonly int _maskWidth;
    private readonly long[] _steps = new long[4];
    private readonly bool _isCausal;
    private readonly long[]? _validKeys;
    private readonly int _queries;
    private readonly int _pastKeys;

    /// <summary>Reads the inputs attn_mask and nonpad_kv_seqlen and the attribute <c>is_causal</c>.</summary>
    public AttentionMask(EvaluationContext context, int queries, int keys, int pastKeys)
    {
        _queries = queries;
        _pastKeys = pastKeys;
        _isCausal = context.Attributes.GetBool("is_causal");
        _validKeys = context.OptionalInput(6)?.ToInt64Array();
        Tensor? mask = context.OptionalInput(3);
        _mask = mask is null ? [] : mask.DataType == DataType.Bool
            ? Array.ConvertAll(mask.AsSpan<bool>().ToArray(), allowed => allowed ? 0 : double.NegativeInfinity)
            : TensorConversion.Widen<double>(mask).ToArray();
        _maskWidth = mask is null || mask.Shape[-1] == 1 ? keys : (int)mask.Shape[-1];
        long[] strides = mask?.Shape.Strides() ?? [];
        for (int fromEnd = 1; fromEnd <= strides.Length; fromEnd++)
            _steps[^fromEnd] = mask!.Shape[-fromEnd] == 1 ? 0 : strides[^fromEnd];
    }

    /// <summary>The addend of a score: 0, the mask's element, or minus infinity.</summary>
    public double At(int batch, int head, int query, int key)
    {
        if (_isCausal && key > query + Offset(batch))
            return double.NegativeInfinity;
        if (_validKeys is not null && key >= _validKeys[batch])
            return double.NegativeInfinity;
        if (_mask.Length == 0)
            return 0;
        return key < _maskWidth ? _mask[batch * _steps[0] + head * _steps[1] + query * _steps[2] + key * _steps[3]] : double.NegativeInfinity;
    }

    /// <summary>Valid keys before the first query: the past, or with a cache kept outside what was valid before the queries came.</summary>
    private long Offset(int batch) => _pastKeys == 0 && _validKeys is not null ? _validKeys[batch] - _queries : _pastKeys;
}
