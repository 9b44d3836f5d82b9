using Hone.Generation.Checkpoints;

namespace Hone.Tests.Generation;

/// <summary>A decoder with random weights, as a file of llama2.c.</summary>
internal static class SmallCheckpoint
{
    internal const int Vocabulary = 50;
    internal const int Layers = 2;

    internal static Model Load(bool isTied = true, int seed = 7)
    {
        string path = Path.GetTempFileName();
        try
        {
            Write(path, isTied, seed);
            return Llama2Checkpoint.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    internal static void Write(string path, bool isTied, int seed = 7)
    {
        Random random = new(seed);
        Llama2Header header = new(32, 48, Layers, 4, 2, Vocabulary, 64, isTied);
        using BinaryWriter writer = new(File.Create(path));
        foreach (int number in new[] { header.Width, header.HiddenWidth, header.Layers, header.Heads, header.KeyHeads, isTied ? Vocabulary : -Vocabulary, header.Context })
            writer.Write(number);
        for (long i = 0; i < header.ElementCount; i++)
            writer.Write((float)((random.NextDouble() - 0.5) * 0.6));
    }
}
