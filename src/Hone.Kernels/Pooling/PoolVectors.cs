using Hone.Kernels.Simd;

namespace Hone.Kernels.Pooling;

/// <summary>fp32 maxima and averages, and u8 averages, of one output row; the last vector of channels overlaps the one before where it is
/// not full.</summary>
internal static unsafe class PoolVectors<S, V, I>
    where S : struct, ISimd<V, I>
    where V : struct
    where I : struct
{
    internal static void Run(in PoolJob job, int image, int y, int firstChannel, int endChannel)
    {
        bool bytes = job.Kind == PoolKind.AverageByte;
        int size = bytes ? 1 : sizeof(float), channels = endChannel - firstChannel;
        nint rowStep = (nint)job.Shape.DilationHeight * job.Arguments.Width * job.Arguments.InputStride;
        nint columnStep = job.Shape.DilationWidth * job.Arguments.InputStride;
        float ratio = bytes ? job.Quantization.InputScale / job.Quantization.OutputScale : 0;
        for (int x = 0; x < job.Width; x++)
        {
            job.Window(y, x, out int top, out int left, out int rows, out int columns, out int count);
            nint input = (((nint)image * job.Arguments.Height + top) * job.Arguments.Width + left) * job.Arguments.InputStride + firstChannel;
            nint output = (((nint)image * job.Height + y) * job.Width + x) * job.Arguments.OutputStride + firstChannel;
            for (int next = 0; next < channels; next += S.Count)
            {
                if (channels < S.Count)
                {
                    for (int c = 0; c < channels; c++)
                    {
                        Scalar(job, (byte*)job.Arguments.Input + (input + c) * size, (byte*)job.Arguments.Output + (output + c) * size, rows, columns, count, rowStep, columnStep, ratio);
                    }

                    break;
                }

                int channel = Math.Min(next, channels - S.Count);
                byte* source = (byte*)job.Arguments.Input + (input + channel) * size;
                byte* target = (byte*)job.Arguments.Output + (output + channel) * size;
                switch (job.Kind)
                {
                    case PoolKind.MaxFloat: Max((float*)source, (float*)target, rows, columns, rowStep, columnStep); break;
                    case PoolKind.AverageFloat: Average((float*)source, (float*)target, rows, columns, count, rowStep, columnStep); break;
                    default: S.StoreBytes(AverageBytes(job, source, rows, columns, count, rowStep, columnStep, ratio), target); break;
                }
            }
        }
    }

    private static void Max(float* source, float* target, int rows, int columns, nint rowStep, nint columnStep)
    {
        V max = S.Create(float.NegativeInfinity);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                // The second operand wins where one is NaN, so a NaN already found is kept by hand.
                V x = S.Load(source + i * rowStep + j * columnStep);
                max = S.Select(S.Equal(max, max), S.Max(max, x), max);
            }
        }

        S.Store(max, target);
    }

    private static void Average(float* source, float* target, int rows, int columns, int count, nint rowStep, nint columnStep)
    {
        V sum = default;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                sum = S.Add(sum, S.Load(source + i * rowStep + j * columnStep));
            }
        }

        S.Store(S.Divide(sum, S.Create(count)), target);
    }

    private static I AverageBytes(in PoolJob job, byte* source, int rows, int columns, int count, nint rowStep, nint columnStep, float ratio)
    {
        I sum = default;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                sum = S.AddInt(sum, S.LoadBytes(source + i * rowStep + j * columnStep));
            }
        }

        return Requantize(job, sum, rows * columns, count, ratio);
    }

    private static I Requantize(in PoolJob job, I sum, int inside, int count, float ratio)
    {
        V x = S.ToFloat(S.SubtractInt(sum, S.CreateInt(inside * job.Quantization.InputZeroPoint)));
        x = S.Divide(S.Multiply(x, S.Create(ratio)), S.Create(count));
        int zeroPoint = job.Quantization.OutputZeroPoint;
        x = S.Min(S.Max(x, S.Create(-zeroPoint)), S.Create(255 - zeroPoint));
        return S.AddInt(S.ToInt(x), S.CreateInt(zeroPoint));
    }

    private static void Scalar(
        in PoolJob job, byte* source, byte* target, int rows, int columns, int count, nint rowStep, nint columnStep, float ratio)
    {
        float max = float.NegativeInfinity, sum = 0;
        int intSum = 0;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                nint offset = i * rowStep + j * columnStep;
                if (job.Kind == PoolKind.AverageByte)
                {
                    intSum += source[offset];
                }
                else
                {
                    max = MathF.Max(max, ((float*)source)[offset]);
                    sum += ((float*)source)[offset];
                }
            }
        }

        switch (job.Kind)
        {
            case PoolKind.MaxFloat: *(float*)target = max; break;
            case PoolKind.AverageFloat: *(float*)target = sum / count; break;
            default:
                byte* lanes = stackalloc byte[16];
                S.StoreBytes(Requantize(job, S.CreateInt(intSum), rows * columns, count, ratio), lanes);
                *target = lanes[0];
                break;
        }
    }
}
