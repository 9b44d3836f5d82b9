namespace Hone.Kernels.Elementwise;

/// <summary>A function of two values of one type.</summary>
internal interface IRowFunction2<TFrom, TTo>
{
    static abstract TTo Invoke(TFrom a, TFrom b);
}
