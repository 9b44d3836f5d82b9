using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Operators.Indexing;

/// <summary>Keeps the best boxes of each class and drops those that overlap a better one too much.</summary>
/// <remarks>
/// ONNX operator <c>NonMaxSuppression</c>, opset 11 and up: inputs boxes <c>[N, B, 4]</c> and scores <c>[N, C, B]</c> float32, and the optional
/// scalars max_output_boxes_per_class (0), iou_threshold (0) and score_threshold (none); output <c>[count, 3]</c> int64: batch, class and box,
/// best first within each class. Attribute center_point_box: 0 (y1, x1, y2, x2 of any two opposite corners) or 1 (centre x, centre y, width,
/// height).
/// </remarks>
internal sealed class NonMaxSuppression : Operator
{
    public override string Name => "NonMaxSuppression";

    public override int SinceVersion => 11;

    public override (int Minimum, int Maximum) InputCount => (2, 5);

    public override void InferTypes(InferenceContext context)
    {
        context.RequireRank(0, 3);
        context.RequireRank(1, 3);
        context.SetOutput(0, DataType.Int64, new SymbolicShape(Dimension.Unknown, 3));
    }

    public override void Evaluate(EvaluationContext context)
    {
        TensorShape boxShape = context.Input(0).Shape;
        TensorShape scoreShape = context.Input(1).Shape;
        if (boxShape.Rank != 3 || scoreShape.Rank != 3 || boxShape[2] != 4 || boxShape[0] != scoreShape[0] || boxShape[1] != scoreShape[2])
            throw context.Error($"the boxes {boxShape} do not go with the scores {scoreShape}.");
        long most = context.OptionalInput(2) is { } given ? given.Item<long>() : 0;
        float overlapLimit = context.OptionalInput(3) is { } overlap ? overlap.Item<float>() : 0;
        float scoreLimit = context.OptionalInput(4) is { } score ? score.Item<float>() : float.NegativeInfinity;
        float[] boxes = context.Input(0).AsSpan<float>().ToArray();
        float[] scores = context.Input(1).AsSpan<float>().ToArray();
        bool isCentred = context.Attributes.GetBool("center_point_box");
        int count = (int)boxShape[1];
        List<long> selected = [];
        for (int batch = 0; batch < boxShape[0]; batch++)
        {
            for (int category = 0; category < scoreShape[1]; category++)
            {
                int scoresAt = ((batch * (int)scoreShape[1]) + category) * count;
                List<Box> kept = [];
                // OrderByDescending is stable: of equal scores the first box comes first.
                foreach (int box in Enumerable.Range(0, count).Where(b => scores[scoresAt + b] > scoreLimit).OrderByDescending(b => scores[scoresAt + b]))
                {
                    if (kept.Count >= most)
                        break;
                    Box candidate = Box.Read(boxes.AsSpan(((batch * count) + box) * 4, 4), isCentred);
                    if (kept.Exists(k => k.Overlap(candidate) > overlapLimit))
                        continue;
                    kept.Add(candidate);
                    selected.AddRange([batch, category, box]);
                }
            }
        }

        context.SetOutput(0, Tensor.Create(selected.ToArray(), selected.Count / 3, 3));
    }

    /// <summary>A rectangle with ordered corners.</summary>
    private readonly record struct Box(float X1, float Y1, float X2, float Y2)
    {
        private float Area => (X2 - X1) * (Y2 - Y1);

        internal static Box Read(ReadOnlySpan<float> box, bool isCentred) =>
            isCentred
                ? new(box[0] - (box[2] / 2), box[1] - (box[3] / 2), box[0] + (box[2] / 2), box[1] + (box[3] / 2))
                : new(Math.Min(box[1], box[3]), Math.Min(box[0], box[2]), Math.Max(box[1], box[3]), Math.Max(box[0], box[2]));

        /// <summary>The area of the intersection over that of the union.</summary>
        internal float Overlap(Box other)
        {
            float width = Math.Min(X2, other.X2) - Math.Max(X1, other.X1);
            float height = Math.Min(Y2, other.Y2) - Math.Max(Y1, other.Y1);
            if (!(width > 0 && height > 0))
                return 0;
            float intersection = width * height;
            return intersection / (Area + other.Area - intersection);
        }
    }
}
