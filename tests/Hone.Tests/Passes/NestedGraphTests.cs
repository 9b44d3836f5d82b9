using Hone.Graphs;
using Hone.Passes;
using Hone.Tensors;

namespace Hone.Tests.Passes;

public class NestedGraphTests
{
    [Fact]
    public void Pipeline_SimplifiesBranches_ThatReadTheGraphAround()
    {
        GraphBuilder builder = new();
        Value x = builder.Input("x", DataType.Float32, new SymbolicShape(2, 3));
        Value condition = builder.Node("Not", [builder.Input("c", DataType.Bool, SymbolicShape.Scalar)], outputName: "negated");
        Value one = builder.Constant("one", Tensor.Scalar(1f));
        Value two = builder.Constant("two", Tensor.Scalar(2f));
        Value active = builder.Node("Relu", [x], outputName: "active");
        GraphBuilder then = new("then", builder.Graph);
        Value scaled = then.Node("Mul", [active, then.Node("Add", [one, two], outputName: "three")], outputName: "scaled");
        then.Output(then.Node("Identity", [then.Node("Mul", [scaled, one], outputName: "same")], outputName: "then_result"));
        GraphBuilder otherwise = new("else", builder.Graph);
        otherwise.Output(otherwise.Node("Identity", [active], outputName: "else_result"));
        builder.Output(builder.Node("If", [condition], AttributeMap.Of(("then_branch", then.Build()), ("else_branch", otherwise.Build())), "y"));

        PassCheck.Rewrites(new PipelinePass(PortablePipeline.Create()), builder.Build(), """
            input x: float32 [2, 3]
            input c: bool []
            negated: bool [] = Not(c)
            active: float32 [2, 3] = Relu(x)
            y: float32 [2, 3] = If(negated)
              else_branch:
                else_result: float32 [2, 3] = Identity(active)
                output else_result: float32 [2, 3]
              then_branch:
                const three: float32 []
                then_result: float32 [2, 3] = Mul(active, three)
                output then_result: float32 [2, 3]
            output y: float32 [2, 3]
            """);
    }
}
