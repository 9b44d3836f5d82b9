using Microsoft.ML.Tokenizers;

namespace Hone.Generation.Text;

/// <summary>Turns tokens into text as they come. A space may depend on the token before it, so the last ones are decoded along.</summary>
internal sealed class StreamedText(Tokenizer tokenizer, IReadOnlyList<int> prompt)
{
    private const int MostTokens = 64;

    private readonly List<int> _tokens = [.. prompt];
    private int _shown = prompt.Count;

    /// <summary>The text that a token adds; empty within a character.</summary>
    internal string Add(int token)
    {
        _tokens.Add(token);
        string text = Tail();
        if (text.EndsWith('\uFFFD'))
            return "";
        Forget();
        _shown = _tokens.Count;
        return text;
    }

    /// <summary>What was held back.</summary>
    internal string Flush() => _shown < _tokens.Count ? Tail() : "";

    /// <summary>Drops old tokens. The library takes the first space behind bytes for one that stands before the text, so a whole word has to come first.</summary>
    private void Forget()
    {
        if (_tokens.Count <= MostTokens)
            return;
        int first = _tokens.FindIndex(_tokens.Count - (MostTokens / 4), t => tokenizer.Decode([t]) is { } word && word.Length > 0 && word.All(char.IsAsciiLetter));
        if (first > 0)
            _tokens.RemoveRange(0, first);
    }

    private string Tail()
    {
        string before = tokenizer.Decode(_tokens.Take(_shown)), all = tokenizer.Decode(_tokens);
        return all.StartsWith(before, StringComparison.Ordinal) ? all[before.Length..] : all;
    }
}
