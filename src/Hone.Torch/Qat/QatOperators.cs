using Hone.Operators;

namespace Hone.Torch.Qat;

/// <summary>The operators of a graph that is being trained for quantization; they exist only inside a <see cref="QatModule"/> and are never saved.</summary>
internal static class QatOperators
{
    internal const string Domain = "hone.qat";

    /// <summary>Attribute with the name under which a module registers the fake quantization.</summary>
    internal const string KeyAttribute = "key";

    internal static OperatorTable Table { get; } = OperatorTable.Standard.With(new FakeQuantizeOperator(), new ConvBatchNormOperator());
}
