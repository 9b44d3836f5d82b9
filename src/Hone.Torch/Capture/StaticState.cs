using System.Reflection;

namespace Hone.Torch.Capture;

/// <summary>A static field as it was before the code that writes it ran.</summary>
internal sealed class StaticState
{
    private readonly object? _before;

    public StaticState(FieldInfo info)
    {
        Field = info;
        _before = info.GetValue(null);
    }

    public FieldInfo Field { get; }

    public bool IsChanged => !ReferenceEquals(Field.GetValue(null), _before);

    public void Restore()
    {
        if (IsChanged && !Field.IsInitOnly)
            Field.SetValue(null, _before);
    }
}
