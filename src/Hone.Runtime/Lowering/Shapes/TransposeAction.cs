using Hone.Kernels.Layout;
using Hone.Runtime.Execution;
using Hone.Runtime.Planning;
using Hone.Tensors;

namespace Hone.Runtime.Lowering.Shapes;

/// <summary>Chooses between two ways of permuting: whole runs are copied; single elements are turned block by block.</summary>
internal static unsafe class TransposeAction
{
    /// <param name="x">Dense, in any layout.</param>
    /// <param name="y">Dense and row-major.</param>
    /// <param name="permutation">In terms of the physical dimensions of <paramref name="x"/>.</param>
    /// <param name="copy">The same permutation as a strided copy.</param>
    internal static StepAction Create(Operand x, Operand y, int[] permutation, CopyJob copy)
    {
        int[] shape = Array.ConvertAll(LayoutShapes.Physical(x.Shape, x.Layout), d => checked((int)d));
        bool keepsRuns = permutation[^1] == permutation.Length - 1 && shape[^1] > 1;
        if (keepsRuns || shape.Length > CopyJob.MostDimensions)
        {
            return frame =>
            {
                CopyJob run = copy;
                run.Source = frame[x];
                run.Target = frame[y];
                run.Run(frame);
            };
        }

        return (x.DataType.BitWidth() / 8) switch
        {
            1 => frame => Transpose.Permute(frame[x], frame[y], shape, permutation),
            2 => frame => Transpose.Permute((ushort*)frame[x], (ushort*)frame[y], shape, permutation),
            4 => frame => Transpose.Permute((uint*)frame[x], (uint*)frame[y], shape, permutation),
            _ => frame => Transpose.Permute((ulong*)frame[x], (ulong*)frame[y], shape, permutation),
        };
    }
}
