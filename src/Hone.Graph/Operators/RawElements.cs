using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hone.Tensors;

namespace Hone.Operators;

/// <summary>The elements of a tensor as plain bits, for code that moves them without computing.</summary>
internal static unsafe class RawElements
{
    /// <summary>The elements of a tensor whose element type has the width of <typeparamref name="T"/>, or of a string tensor.</summary>
    /// <exception cref="InvalidOperationException">The widths differ.</exception>
    public static Span<T> Of<T>(Tensor tensor)
    {
        if (typeof(T) == typeof(string))
        {
            Span<string> strings = tensor.Strings;
            return MemoryMarshal.CreateSpan(ref Unsafe.As<string, T>(ref MemoryMarshal.GetReference(strings)), strings.Length);
        }

        if (tensor.DataType.BitWidth() != 8 * Unsafe.SizeOf<T>())
            throw new InvalidOperationException($"The tensor holds {tensor.DataType.DisplayName()}, not elements of {8 * Unsafe.SizeOf<T>()} bits.");
        return new Span<T>((void*)tensor.Pointer, checked((int)tensor.ElementCount));
    }
}
