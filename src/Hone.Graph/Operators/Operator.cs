namespace Hone.Operators;

/// <summary>What a node computes: the operator's rules, its shape and type inference, and its reference evaluation.</summary>
/// <remarks>
/// One file per operator, one instance for the whole process, no state. The meaning is that of the newest ONNX opset; importers upgrade older
/// forms. The reference evaluation is plain and obviously right: it is the oracle of every fast kernel.
/// </remarks>
public abstract class Operator
{
    /// <value>The ONNX name, for example <c>Conv</c>.</value>
    public abstract string Name { get; }

    /// <value>The ONNX domain; empty for the standard one.</value>
    public virtual string Domain => "";

    /// <value>The first opset in which a node as Hone writes it has this very form; export asks for at least this opset.</value>
    public virtual int SinceVersion => 1;

    /// <value>Fewest and most inputs that a node may list.</value>
    public abstract (int Minimum, int Maximum) InputCount { get; }

    /// <value>Fewest and most outputs that a node may list.</value>
    public virtual (int Minimum, int Maximum) OutputCount => (1, 1);

    /// <value>Whether equal inputs always give equal outputs; false for random operators, which are neither folded nor merged.</value>
    public virtual bool IsDeterministic => true;

    /// <summary>Sets type and shape of every output as far as they follow from the inputs.</summary>
    /// <exception cref="HoneException">The inputs or attributes break the operator's rules.</exception>
    public abstract void InferTypes(InferenceContext context);

    /// <summary>Computes the outputs from the inputs.</summary>
    /// <exception cref="HoneException">The inputs break the operator's rules.</exception>
    public abstract void Evaluate(EvaluationContext context);

    /// <summary>The name with its domain, for example <c>com.microsoft.Gelu</c>.</summary>
    public override string ToString() => QualifiedName(Domain, Name);

    /// <summary>The name with its domain; the standard domain is left out.</summary>
    public static string QualifiedName(string domain, string name) => string.IsNullOrEmpty(domain) ? name : $"{domain}.{name}";
}
