using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary><c>Resize</c> of maps: nearest for any elements of whole bytes, linear for float32.</summary>
internal static class ResizeLowering
{
    internal static Operation? Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not { IsConstant: false, Shape.Rank: 4 } input || input.DataType.BitWidth() < 8)
            return null;
        string mode = node.Attributes.GetString("mode", "nearest");
        bool isSupported = (mode == "nearest" || (mode == "linear" && input.DataType == DataType.Float32))
            && !node.Attributes.GetBool("antialias") && !node.Attributes.GetBool("exclude_outside")
            && node.Attributes.GetString("keep_aspect_ratio_policy", "stretch") == "stretch"
            && node.Attributes.GetString("coordinate_transformation_mode", "half_pixel") != "tf_crop_and_resize";
        return isSupported ? new ResizeOperation(GraphLowering.SingleNode(node, context), mode == "linear") : null;
    }
}
