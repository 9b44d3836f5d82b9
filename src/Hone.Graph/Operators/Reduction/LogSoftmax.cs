namespace Hone.Operators.Reduction;

/// <summary>x minus the logarithm of the sum of exp along an axis.</summary>
/// <inheritdoc/>
internal sealed class LogSoftmax : SoftmaxOperator
{
    public override string Name => "LogSoftmax";

    protected override void Normalize(Span<double> line)
    {
        double largest = Largest(line);
        double sum = 0;
        foreach (double value in line)
            sum += Math.Exp(value - largest);
        double logarithm = Math.Log(sum);
        for (int i = 0; i < line.Length; i++)
            line[i] = line[i] - largest - logarithm;
    }
}
