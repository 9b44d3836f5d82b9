namespace Hone.Kernels.Convolution;

/// <summary>The weight transform U = G g G^T of F(m x m, 3 x 3), in double.</summary>
internal static class WinogradWeights
{
    private static readonly double[][] s_two = [[-1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]];

    // A row is [1, p, p^2] / (product of p - other points).
    private static readonly double[][] s_four =
    [
        [1, 0, 0],
        [1 / 3d, 1 / 3d, 1 / 3d],
        [-1 / 3d, 1 / 3d, -1 / 3d],
        [-16 / 15d, -8 / 15d, -4 / 15d],
        [1 / 15d, -2 / 15d, 4 / 15d],
        [0, 0, 1],
    ];

    /// <summary>Transforms [out][3][3][in] weights to [position][out][in].</summary>
    internal static float[] Transform(int m, ReadOnlySpan<float> weights, int inChannels, int outChannels)
    {
        double[][] g = m == 2 ? s_two : s_four;
        int size = g.Length;
        float[] result = new float[size * size * outChannels * inChannels];
        Span<double> half = stackalloc double[6 * 3];
        for (int n = 0; n < outChannels; n++)
        {
            for (int c = 0; c < inChannels; c++)
            {
                for (int i = 0; i < size; i++)
                {
                    for (int j = 0; j < 3; j++)
                    {
                        double sum = 0;
                        for (int k = 0; k < 3; k++)
                        {
                            sum += g[i][k] * weights[((n * 3 + k) * 3 + j) * inChannels + c];
                        }

                        half[i * 3 + j] = sum;
                    }
                }

                for (int i = 0; i < size; i++)
                {
                    for (int j = 0; j < size; j++)
                    {
                        double value = half[i * 3] * g[j][0] + half[i * 3 + 1] * g[j][1] + half[i * 3 + 2] * g[j][2];
                        result[((i * size + j) * outChannels + n) * inChannels + c] = (float)value;
                    }
                }
            }
        }

        return result;
    }
}
