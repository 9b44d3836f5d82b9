using System.IO.Enumeration;

namespace Hone.Conformance;

/// <summary>The cases that an engine does not pass, with a reason per line: <c>name reason</c>; in a name <c>*</c> stands for any characters, <c>?</c> for one.</summary>
internal sealed class SkipList
{
    private readonly List<(string Pattern, string Reason)> _entries = [];

    private SkipList()
    {
    }

    /// <value>The names and patterns, in the order of the file.</value>
    internal IEnumerable<string> Patterns => _entries.Select(e => e.Pattern);

    /// <summary>The list of an engine. What the reference evaluation does not pass is a limit of Hone as such, so that list holds for every engine.</summary>
    internal static SkipList Of(string engine)
    {
        SkipList list = new();
        list.Read("Reference");
        if (engine != "Reference")
            list.Read(engine);
        return list;
    }

    /// <summary>Why the case is skipped, or null when it is not.</summary>
    internal string? ReasonOf(string name) => _entries.Where(e => FileSystemName.MatchesSimpleExpression(e.Pattern, name, ignoreCase: false)).Select(e => e.Reason).FirstOrDefault();

    private void Read(string engine)
    {
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Skips", $"{engine}.txt")).Select(l => l.Trim()))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            string[] parts = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            _entries.Add(parts.Length == 2 ? (parts[0], parts[1]) : throw new FormatException($"Skips/{engine}.txt: '{line}' gives no reason."));
        }
    }
}
