using static TorchSharp.torch;
using HoneTensor = Hone.Tensors.Tensor;

namespace Hone.Torch.Capture;

/// <summary>The elements of a module's buffer as they were before a run.</summary>
internal sealed class BufferState(string name, Tensor buffer, bool isUsers) : IDisposable
{
    private readonly HoneTensor _before = buffer.ToHone();

    public string Name => name;

    /// <summary>Whether it belongs to a module of the user's; TorchSharp's own are captured with the meaning of evaluation mode, whatever they update.</summary>
    public bool IsUsers => isUsers;

    public bool IsChanged
    {
        get
        {
            using HoneTensor now = buffer.ToHone();
            return !now.BitwiseEquals(_before);
        }
    }

    public static BufferState[] Of(nn.Module root) =>
        [.. root.named_modules().Prepend(("", root)).DistinctBy(m => m.Item2).SelectMany(m => Of(m.Item1, m.Item2))];

    private static IEnumerable<BufferState> Of(string path, nn.Module module) => module.named_buffers(recurse: false)
        .Where(b => !b.buffer.is_complex())
        .Select(b => new BufferState(path.Length > 0 ? $"{path}.{b.name}" : b.name, b.buffer, UserCode.IsUser(module.GetType())));

    public void Restore()
    {
        if (!IsChanged)
            return;
        using IDisposable _ = no_grad();
        using Tensor before = _before.ToTorch();
        buffer.copy_(before);
    }

    public void Dispose() => _before.Dispose();
}
