using Hone.Graphs;
using Hone.Passes;

namespace Hone.Tests.Passes;

public class RemoveDeadCodeTests
{
    [Fact]
    public void WhatNoOutputNeeds_IsRemoved()
    {
        TestGraph graph = new();
        Value x = graph.Input("x", 2);
        Value unused = graph.Node("Add", "unused", [x, graph.Random("c", 2)]);
        graph.Node("Exp", "unused_too", [unused]);
        graph.Random("lonely", 4);
        PassCheck.Rewrites(new RemoveDeadCode(), graph.Build(graph.Node("Neg", "y", [x])), """
            input x: float32 [2]
            y: float32 [2] = Neg(x)
            output y: float32 [2]
            """);
    }
}
