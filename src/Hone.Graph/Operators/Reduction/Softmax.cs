namespace Hone.Operators.Reduction;

/// <summary>exp(x) over the sum of exp along an axis.</summary>
/// <inheritdoc/>
internal sealed class Softmax : SoftmaxOperator
{
    public override string Name => "Softmax";

    protected override void Normalize(Span<double> line)
    {
        double largest = Largest(line);
        double sum = 0;
        for (int i = 0; i < line.Length; i++)
        {
            line[i] = Math.Exp(line[i] - largest);
            sum += line[i];
        }

        for (int i = 0; i < line.Length; i++)
            line[i] /= sum;
    }
}
