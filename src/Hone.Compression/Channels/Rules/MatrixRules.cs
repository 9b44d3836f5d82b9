using Hone.Graphs;
using Hone.Passes;
using Hone.Tensors;

namespace Hone.Compression.Channels.Rules;

/// <summary>Products with a constant matrix: the last axis holds the channels.</summary>
internal static class MatrixRules
{
    internal static void Gemm(ChannelAnalysis analysis, Node node)
    {
        bool isFollowed = Matrix(node) is not null && !node.Attributes.GetBool("transA") && node.Input(2) is null or { IsConstant: true };
        if (!isFollowed)
        {
            analysis.PinInputs(node);
            return;
        }

        bool isTransposed = node.Attributes.GetBool("transB");
        bool folds = node.Attributes.GetFloat("beta", 1) == 1 && node.Input(2)?.Constant?.Shape is null or { Rank: 1 };
        Product(analysis, node, isTransposed, folds && (node.Input(2)?.Constant is not { } c || c.ElementCount == Columns(node, isTransposed)));
    }

    internal static void MatMul(ChannelAnalysis analysis, Node node)
    {
        if (Matrix(node) is null || node.Input(0)!.Shape is not { Rank: >= 2 })
            analysis.PinInputs(node);
        else
            Product(analysis, node, isTransposed: false, foldsConstants: false);
    }

    private static void Product(ChannelAnalysis analysis, Node node, bool isTransposed, bool foldsConstants)
    {
        Tensor matrix = Matrix(node)!; // checked by the callers
        int rank = node.Input(0)!.Shape?.Rank ?? 2;
        ChannelVector? x = analysis.VectorOn(node.Input(0), rank - 1, matrix.Shape[isTransposed ? 1 : 0]);
        int[] outputs = analysis.Atoms.Create(Columns(node, isTransposed));
        analysis.Producers.Add(new ChannelProducer(node, isTransposed ? 0 : 1, outputs));
        analysis.Slice(node, 1, isTransposed ? 0 : 1, outputs, makesChannels: true);
        if (node.Input(2)?.Constant is { Shape: { Rank: > 0 } shape } && shape[shape.Rank - 1] == outputs.Length && outputs.Length > 1)
            analysis.Slice(node, 2, shape.Rank - 1, outputs, makesChannels: true);
        if (x is not null)
        {
            analysis.Slice(node, 1, isTransposed ? 1 : 0, x.Atoms);
            analysis.Absorptions.Add(new ChannelAbsorption(node, x, foldsConstants));
        }

        double[] constants = foldsConstants || node.Is("MatMul") ? Constants(node, x, isTransposed) : ChannelVector.Varying(0, outputs).Constants;
        analysis.Set(node.Output, new ChannelVector(rank - 1, outputs, constants));
    }

    private static double[] Constants(Node node, ChannelVector? x, bool isTransposed)
    {
        double[] elements = FloatConstants.Read(node.Input(1))!; // checked by the callers
        double[]? bias = FloatConstants.Read(node.Input(2));
        double alpha = node.Attributes.GetFloat("alpha", 1);
        int columns = Columns(node, isTransposed);
        int rows = columns == 0 ? 0 : elements.Length / columns;
        double[] constants = new double[columns];
        for (int o = 0; o < columns; o++)
        {
            constants[o] = bias?[o] ?? 0;
            for (int i = 0; i < rows; i++)
            {
                double weight = elements[isTransposed ? (o * rows) + i : (i * columns) + o];
                double input = x?.Constants[i] ?? double.NaN;
                if (weight != 0 && input != 0)
                    constants[o] += alpha * weight * input;
            }
        }

        return constants;
    }

    private static int Columns(Node node, bool isTransposed) => (int)Matrix(node)!.Shape[isTransposed ? 0 : 1];

    private static Tensor? Matrix(Node node) =>
        node.Input(1)?.Constant is { Shape.Rank: 2 } tensor && tensor.DataType.IsFloatingPoint() ? tensor : null;
}
