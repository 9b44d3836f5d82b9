namespace Hone.Operators.Shapes;

/// <summary>Operators that change, read or rearrange shapes without looking at the elements, and those that resample.</summary>
internal static class ShapesOperators
{
    internal static IEnumerable<Operator> All =>
    [
        new AffineGrid(),
        new CenterCropPad(),
        new Col2Im(),
        new Concat(),
        new DepthToSpace(),
        new Expand(),
        new Flatten(),
        new GridSample(),
        new Pad(),
        new Reshape(),
        new Resize(),
        new ReverseSequence(),
        new RoiAlign(),
        new Shape(),
        new Size(),
        new Slice(),
        new SpaceToDepth(),
        new Split(),
        new Squeeze(),
        new Tile(),
        new Transpose(),
        new Trilu(),
        new Unsqueeze(),
    ];
}
