namespace Hone.Kernels.Elementwise;

/// <summary>A function of one value.</summary>
internal interface IRowFunction<TFrom, TTo>
{
    static abstract TTo Invoke(TFrom x);
}
