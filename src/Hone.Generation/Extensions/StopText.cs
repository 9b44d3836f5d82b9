using System.Text;

namespace Hone.Generation.Extensions;

/// <summary>Holds back the end of a text while it may be the beginning of a stop sequence.</summary>
internal sealed class StopText(IEnumerable<string> sequences)
{
    private readonly string[] _sequences = [.. sequences.Where(s => s.Length > 0)];
    private readonly StringBuilder _held = new();

    /// <summary>Whether a sequence has come; what follows it is dropped.</summary>
    internal bool IsReached { get; private set; }

    /// <summary>Adds a piece.</summary>
    /// <returns>What can be shown.</returns>
    internal string Add(string piece)
    {
        string text = _held.Append(piece).ToString();
        int found = _sequences.Select(s => text.IndexOf(s, StringComparison.Ordinal)).Where(i => i >= 0).DefaultIfEmpty(-1).Min();
        IsReached = found >= 0;
        int shown = IsReached ? found : text.Length - LongestBeginning(text);
        _held.Clear();
        if (!IsReached)
            _held.Append(text, shown, text.Length - shown);
        return text[..shown];
    }

    /// <summary>What was held back and turned out to be text.</summary>
    internal string Rest() => _held.ToString();

    private int LongestBeginning(string text)
    {
        int longest = 0;
        foreach (string sequence in _sequences)
        {
            for (int length = Math.Min(sequence.Length - 1, text.Length); length > longest; length--)
            {
                if (text.EndsWith(sequence[..length], StringComparison.Ordinal))
                    longest = length;
            }
        }

        return longest;
    }
}
