namespace Hone.Operators.Microsoft;

/// <summary>An operator of ONNX Runtime's domain.</summary>
internal abstract class MicrosoftOperator : Operator
{
    public override string Domain => "com.microsoft";
}
