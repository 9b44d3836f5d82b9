namespace Hone.Generation.Checkpoints;

/// <summary>The sizes at the head of a llama2.c checkpoint.</summary>
/// <param name="Width">Elements of a hidden state.</param>
/// <param name="HiddenWidth">Elements inside the feed-forward layers.</param>
/// <param name="Layers">Decoder layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyHeads">Heads of keys and values; divides <paramref name="Heads"/>.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Context">Most positions.</param>
/// <param name="IsTied">Whether the output layer is the embedding table.</param>
internal readonly record struct Llama2Header(int Width, int HiddenWidth, int Layers, int Heads, int KeyHeads, int Vocabulary, int Context, bool IsTied)
{
    internal const int Length = 7 * sizeof(int);

    internal int HeadWidth => Width / Heads;

    internal int KeyWidth => HeadWidth * KeyHeads;

    /// <summary>Numbers in the file after the header, the two unused tables of angles included.</summary>
    internal long ElementCount
    {
        get
        {
            long layer = (2L * Width) + (2L * Width * Width) + (2L * Width * KeyWidth) + (3L * Width * HiddenWidth);
            return ((IsTied ? 1L : 2L) * Vocabulary * Width) + (Layers * layer) + Width + ((long)Context * HeadWidth);
        }
    }

    internal static Llama2Header Read(BinaryReader reader)
    {
        int[] numbers = new int[Length / sizeof(int)];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = reader.ReadInt32();
        // A negative size of the vocabulary says that the output layer has weights of its own.
        return new Llama2Header(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], Math.Abs(numbers[5]), numbers[6], numbers[5] > 0);
    }

    /// <exception cref="ModelFormatException">The sizes cannot be those of a checkpoint of this length.</exception>
    internal void Validate(string path, long fileLength)
    {
        int[] sizes = [Width, HiddenWidth, Layers, Heads, KeyHeads, Vocabulary, Context];
        if (sizes.Any(s => s <= 0) || Width % Heads != 0 || Heads % KeyHeads != 0 || HeadWidth % 2 != 0)
            throw new ModelFormatException($"'{path}' is not a llama2.c checkpoint: its sizes are {string.Join(", ", sizes)}.");
        long expected = Length + (sizeof(float) * ElementCount);
        if (fileLength != expected)
            throw new ModelFormatException($"'{path}' is not a float32 llama2.c checkpoint: for its sizes it would have {expected} bytes, it has {fileLength}.");
    }
}
