using Hone.Graphs;
using Hone.Tensors;

namespace Hone.Torch.Lowering;

/// <summary>Normalizations, as they act at inference.</summary>
internal static class NormalizationLowerings
{
    public static IEnumerable<KeyValuePair<string, Lowering>> Functions { get; } =
    [
        new("batch_norm", BatchNorm),
        new("layer_norm", LayerNorm),
        new("group_norm", GroupNorm),
        new("instance_norm", InstanceNorm),
        new("local_response_norm", LocalResponseNorm),
        new("normalize", Normalize),
        new("cosine_similarity", CosineSimilarity),
        new("pairwise_distance", PairwiseDistance),
    ];

    private static void BatchNorm(LoweringContext c)
    {
        if (c.Bool("training") || c.OptionalTensor("running_mean") is not { } mean || c.OptionalTensor("running_var") is not { } variance)
            throw LoweringContext.Unsupported("normalization by the statistics of the batch; a model for inference needs running statistics");
        Value scale = c.OptionalTensor("weight") ?? Filled(c, 1, mean);
        Value bias = c.OptionalTensor("bias") ?? Filled(c, 0, mean);
        c.Set(c.Node("BatchNormalization", [c.Tensor(0), scale, bias, mean, variance],
            ("epsilon", (float)c.Double("eps", 1e-5)), ("momentum", (float)(1 - c.Double("momentum", 0.1)))));
    }

    private static Value Filled(LoweringContext c, float value, Value like)
    {
        float[] elements = new float[like.Constant!.ElementCount]; // statistics are buffers
        Array.Fill(elements, value);
        return c.Cast(c.Constant(Tensor.Create(elements, elements.Length)), like.DataType);
    }

    private static void LayerNorm(LoweringContext c)
    {
        long[] shape = c.Ints("normalized_shape") ?? throw LoweringContext.Unsupported("normalized_shape is missing");
        Value scale = c.OptionalTensor("weight") ?? Ones(c, shape);
        c.Set(c.Node("LayerNormalization", [c.Tensor(0), scale, c.OptionalTensor("bias")], ("axis", -(long)shape.Length), ("epsilon", (float)c.Double("eps", 1e-5))));
    }

    private static Value Ones(LoweringContext c, long[] shape)
    {
        float[] elements = new float[shape.Aggregate(1L, (product, size) => product * size)];
        Array.Fill(elements, 1);
        return c.Cast(c.Constant(Tensor.Create(elements, shape)), c.ResultType());
    }

    private static void GroupNorm(LoweringContext c)
    {
        long channels = c.FixedSize(0, 1);
        Value scale = c.OptionalTensor("weight") ?? Channels(c, channels, 1);
        Value bias = c.OptionalTensor("bias") ?? Channels(c, channels, 0);
        c.Set(c.Node("GroupNormalization", [c.Tensor(0), scale, bias], ("num_groups", c.Int("num_groups")), ("epsilon", (float)c.Double("eps", 1e-5))));
    }

    private static void InstanceNorm(LoweringContext c)
    {
        if (!c.Bool("use_input_stats", defaultValue: true))
        {
            BatchNorm(c);
            return;
        }

        long channels = c.FixedSize(0, 1);
        c.Set(c.Node("InstanceNormalization", [c.Tensor(0), c.OptionalTensor("weight") ?? Channels(c, channels, 1), c.OptionalTensor("bias") ?? Channels(c, channels, 0)],
            ("epsilon", (float)c.Double("eps", 1e-5))));
    }

    private static Value Channels(LoweringContext c, long count, float value)
    {
        float[] elements = new float[count];
        Array.Fill(elements, value);
        return c.Cast(c.Constant(Tensor.Create(elements, count)), c.ResultType());
    }

    private static void LocalResponseNorm(LoweringContext c) =>
        c.Set(c.Node("LRN", [c.Tensor(0)], ("size", c.Int("size")), ("alpha", (float)c.Double("alpha", 1e-4)),
            ("beta", (float)c.Double("beta", 0.75)), ("bias", (float)c.Double("k", 1))));

    private static void Normalize(LoweringContext c)
    {
        Value norm = ReductionLowerings.Norm(c, c.Tensor(0), c.Double("p", 2), [c.Int("dim", 1)], keepDims: true);
        c.Set(c.Node("Div", [c.Tensor(0), c.Node("Max", [norm, c.Scalar(c.Double("eps", 1e-12), c.ResultType())])]));
    }

    private static void CosineSimilarity(LoweringContext c)
    {
        DataType type = c.ResultType();
        long dim = c.Int("dim", 1);
        Value epsilon = c.Scalar(c.Double("eps", 1e-8), type);
        Value Unit(Value x) => c.Node("Div", [x, c.Node("Max", [ReductionLowerings.Norm(c, x, 2, [dim], keepDims: true), epsilon])]);
        c.Set(c.Node("ReduceSum", [c.Node("Mul", [Unit(c.Tensor(0)), Unit(c.Tensor(1))]), c.Vector(dim)], ("keepdims", false)));
    }

    private static void PairwiseDistance(LoweringContext c)
    {
        Value difference = c.Node("Add", [c.Node("Sub", [c.Tensor(0), c.Tensor(1)]), c.Scalar(c.Double("eps", 1e-6), c.ResultType())]);
        c.Set(ReductionLowerings.Norm(c, difference, c.Double(["p", "norm"], 2), [-1], c.Bool("keepdim")));
    }
}
