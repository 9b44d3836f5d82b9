namespace Hone.Kernels.Recurrent;

/// <summary>A strip of a packed block of recurrent weights.</summary>
/// <param name="Column">Its first column in the block.</param>
/// <param name="Columns">Columns that exist.</param>
/// <param name="Vectors">Vectors that they fill.</param>
/// <param name="Offset">Bytes from the block's first.</param>
internal readonly record struct RecurrentStrip(int Column, int Columns, int Vectors, nint Offset);
