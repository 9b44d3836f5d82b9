namespace Hone.Torch.Tests.Lowering;

/// <summary>Modules of TorchSharp that capture does not know, and why.</summary>
internal static class ModuleExclusions
{
    private const string Loss = "a loss, which a model for inference does not have";

    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["AdaptiveMaxPool3d"] = "TorchSharp 0.107 throws for it",
        ["Hardtanh"] = "TorchSharp 0.107 returns its input unchanged",
        ["FractionalMaxPool2d"] = "its windows are random at inference too",
        ["FractionalMaxPool3d"] = "its windows are random at inference too",
        ["Sequential"] = "a container; the modules in it are captured",
    }.Concat(TorchSharpModules.Leaves.Where(m => m.Name.EndsWith("Loss", StringComparison.Ordinal)).Select(m => KeyValuePair.Create(m.Name, Loss)))
        .ToDictionary(pair => pair.Key, pair => pair.Value);
}
