using System.Collections.Frozen;

namespace Hone.Operators;

/// <summary>The known operators by domain and name. Immutable.</summary>
public sealed partial class OperatorTable
{
    private readonly FrozenDictionary<(string Domain, string Name), Operator> _operators;

    /// <summary>Creates a table.</summary>
    /// <exception cref="ArgumentException">Two operators have the same domain and name.</exception>
    public OperatorTable(IEnumerable<Operator> operators)
    {
        ArgumentNullException.ThrowIfNull(operators);
        _operators = operators.ToFrozenDictionary(o => (o.Domain, o.Name));
    }

    /// <value>The operators of this library: the ONNX standard ones and those of <c>com.microsoft</c> that quantized models use.</value>
    public static OperatorTable Standard { get; } = new(StandardOperators());

    /// <value>All operators, in no particular order.</value>
    public IReadOnlyCollection<Operator> Operators => _operators.Values;

    /// <summary>The operator, or null when it is not known. <c>ai.onnx</c> is the standard domain too.</summary>
    public Operator? Find(string domain, string name) => _operators.GetValueOrDefault((domain == "ai.onnx" ? "" : domain, name));

    /// <summary>A table with more operators, which replace those of the same name.</summary>
    public OperatorTable With(params IEnumerable<Operator> operators) =>
        new(operators.Concat(_operators.Values).DistinctBy(o => (o.Domain, o.Name)));
}
