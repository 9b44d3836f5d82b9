namespace Hone.Kernels.Recurrent;

/// <summary>What a recurrent cell computes from the sums of its gates.</summary>
public enum RecurrentKind
{
    /// <summary>Long short-term memory; gates in the order input, output, forget, cell.</summary>
    Lstm,

    /// <summary>Gated recurrent unit whose reset gate multiplies the product of the hidden state; gates in the order update, reset, hidden.</summary>
    GruResetAfter,

    /// <summary>Gated recurrent unit whose reset gate multiplies the hidden state before its product; gates in the order update, reset, hidden.</summary>
    GruResetBefore,

    /// <summary>Plain cell with the hyperbolic tangent.</summary>
    TanhRnn,

    /// <summary>Plain cell with the rectifier.</summary>
    ReluRnn,
}
