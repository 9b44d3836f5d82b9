namespace Hone.Kernels.Elementwise;

/// <summary>A function of up to three values over a run of neighbours: y[i] = f(a[i], b[i], c[i]).</summary>
/// <param name="a">First argument.</param>
/// <param name="aStep">1, or 0 where one element serves all.</param>
/// <param name="b">Second argument; unused by functions of one.</param>
/// <param name="bStep">1 or 0.</param>
/// <param name="c">Third argument; unused by functions of fewer.</param>
/// <param name="cStep">1 or 0.</param>
/// <param name="y">Result; may be an argument of the same element size and step 1.</param>
/// <param name="count">Number of elements.</param>
public unsafe delegate void RowKernel(byte* a, nint aStep, byte* b, nint bStep, byte* c, nint cStep, byte* y, nint count);
