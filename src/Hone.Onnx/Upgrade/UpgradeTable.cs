using System.Collections.Frozen;

namespace Hone.Onnx.Upgrade;

/// <summary>Every operator whose form changed since opset 7, in the order of the changes. New types and new optional attributes need no upgrade.</summary>
internal static class UpgradeTable
{
    private static readonly FrozenDictionary<string, OperatorUpgrade[]> s_upgrades = All().GroupBy(u => u.OperatorName).ToFrozenDictionary(g => g.Key, g => g.ToArray());

    /// <summary>Changes a node of the standard domain to its newest form.</summary>
    /// <param name="form">The node.</param>
    /// <param name="opset">The opset that the file asks for.</param>
    internal static void Upgrade(NodeForm form, long opset)
    {
        long reached = opset;
        while (Next(form.OperatorName, reached) is { } upgrade)
        {
            upgrade.Apply(form);
            form.OperatorName = upgrade.NewName ?? form.OperatorName;
            reached = upgrade.Version;
        }
    }

    /// <summary>What an operator of an older opset is called today.</summary>
    internal static string NewestName(string operatorName, long opset)
    {
        long reached = opset;
        while (Next(operatorName, reached) is { } upgrade)
        {
            operatorName = upgrade.NewName ?? operatorName;
            reached = upgrade.Version;
        }

        return operatorName;
    }

    private static OperatorUpgrade? Next(string operatorName, long reached) =>
        s_upgrades.TryGetValue(operatorName, out OperatorUpgrade[]? upgrades) ? Array.Find(upgrades, u => u.Version > reached) : null;

    private static IEnumerable<OperatorUpgrade> All() =>
    [
        new("BatchNormalization", 9, BatchNormalizationUpgrade.DropSpatial),
        new("Scan", 9, ScanUpgrade.Refuse),
        new("Upsample", 9, UpsampleUpgrade.ScalesToInput),
        new("Slice", 10, SliceUpgrade.AttributesToInputs),
        new("TopK", 10, TopKUpgrade.CountToInput),
        new("Upsample", 10, UpsampleUpgrade.ToResize, "Resize"),
        new("Clip", 11, ClipUpgrade.AttributesToInputs),
        new("Pad", 11, PadUpgrade.AttributesToInputs),
        new("Resize", 11, ResizeUpgrade.SpellOutMeaning),
        new("Scatter", 11, ScatterUpgrade.Keep, "ScatterElements"),
        new("Dropout", 12, DropoutUpgrade.RatioToInput),
        new("Hardmax", 13, SoftmaxUpgrade.KeepFlatteningFromAxis),
        new("LogSoftmax", 13, SoftmaxUpgrade.KeepFlatteningFromAxis),
        new("ReduceSum", 13, AxesUpgrade.ToInput),
        new("Resize", 13, ResizeUpgrade.DropEmptyInputs),
        new("Softmax", 13, SoftmaxUpgrade.KeepFlatteningFromAxis),
        new("Split", 13, SplitUpgrade.SizesToInput),
        new("Squeeze", 13, AxesUpgrade.ToInput),
        new("Unsqueeze", 13, AxesUpgrade.ToInput),
        new("BatchNormalization", 14, BatchNormalizationUpgrade.DropTrainingOutputs),
        new("RoiAlign", 16, RoiAlignUpgrade.SpellOutMeaning),
        new("ReduceL1", 18, AxesUpgrade.ToInput),
        new("ReduceL2", 18, AxesUpgrade.ToInput),
        new("ReduceLogSum", 18, AxesUpgrade.ToInput),
        new("ReduceLogSumExp", 18, AxesUpgrade.ToInput),
        new("ReduceMax", 18, AxesUpgrade.ToInput),
        new("ReduceMean", 18, AxesUpgrade.ToInput),
        new("ReduceMin", 18, AxesUpgrade.ToInput),
        new("ReduceProd", 18, AxesUpgrade.ToInput),
        new("ReduceSumSquare", 18, AxesUpgrade.ToInput),
        new("Split", 18, SplitUpgrade.CountOutputs),
        new("DFT", 20, DftUpgrade.AxisToInput),
        new("GridSample", 20, GridSampleUpgrade.RenameModes),
        new("GroupNormalization", 21, GroupNormalizationUpgrade.GroupsToChannels),
    ];
}
