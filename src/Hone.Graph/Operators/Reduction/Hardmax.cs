namespace Hone.Operators.Reduction;

/// <summary>1 at the first of the largest elements along an axis, 0 elsewhere.</summary>
/// <inheritdoc/>
internal sealed class Hardmax : SoftmaxOperator
{
    public override string Name => "Hardmax";

    protected override void Normalize(Span<double> line)
    {
        int best = 0;
        for (int i = 1; i < line.Length; i++)
        {
            if (line[i] > line[best])
                best = i;
        }

        line.Clear();
        line[best] = 1;
    }
}
